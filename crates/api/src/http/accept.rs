//! Which form of an answer the caller asks for (`Accept`, RFC 9110 §12.5.1).
//!
//! Asked only where there is more than one form; everything else is answered as JSON.

use super::problem::{ApiError, ApiResult};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;

/// One element of `Accept`: a media type or range, and its weight in thousandths.
struct Range {
    kind: String,
    weight: u16,
}

impl Range {
    fn parse(text: &str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            let is_weight = name.trim().eq_ignore_ascii_case("q");
            is_weight.then(|| weight(value.trim()))
        });
        Self {
            kind,
            weight: weight.unwrap_or(1_000),
        }
    }

    /// How closely it names a media type; none when it does not.
    fn names(&self, kind: &str) -> Option<u8> {
        let family = kind.split('/').next().unwrap_or_default();
        if self.kind == kind {
            Some(2)
        } else if self.kind.strip_suffix("/*") == Some(family) {
            Some(1)
        } else {
            (self.kind == "*/*").then_some(0)
        }
    }
}

/// A weight, 0 to 1 with at most three decimals; what cannot be read weighs nothing.
fn weight(text: &str) -> u16 {
    match text.split_once('.').unwrap_or((text, "")) {
        ("1", rest) if rest.bytes().all(|digit| digit == b'0') => 1_000,
        ("0", rest) if rest.len() <= 3 && rest.bytes().all(|digit| digit.is_ascii_digit()) => {
            format!("{rest:0<3}").parse().unwrap_or(0)
        }
        _ => 0,
    }
}

/// The form that the caller likes best of those there are; the first of them when the
/// caller says nothing. Of two that are liked as much, the one that is named first.
pub fn negotiate<T: Copy>(http: &HttpRequest, forms: &[(&str, T)]) -> ApiResult<T> {
    let lines = http.headers().get_all("accept");
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    best(&lines.join(","), forms).ok_or_else(|| {
        let kinds: Vec<String> = forms.iter().map(|(kind, _)| format!("`{kind}`")).collect();
        ApiError::new(
            StatusCode::NOT_ACCEPTABLE,
            "FORM_NOT_ACCEPTABLE",
            format!("this is answered as {}", kinds.join(", ")),
        )
    })
}

fn best<T: Copy>(accept: &str, forms: &[(&str, T)]) -> Option<T> {
    if accept.trim().is_empty() {
        return forms.first().map(|(_, form)| *form);
    }
    let ranges: Vec<Range> = accept.split(',').map(Range::parse).collect();
    let liked = forms.iter().filter_map(|(kind, form)| {
        // The range that names a form most closely says how much it is liked.
        let named = ranges.iter().enumerate();
        let named = named.filter_map(|(place, range)| Some((range.names(kind)?, place, range)));
        let (_, place, range) =
            named.max_by_key(|(closely, place, _)| (*closely, usize::MAX - place))?;
        (range.weight > 0).then_some((range.weight, place, *form))
    });
    let mut best: Option<(u16, usize, T)> = None;
    for (weight, place, form) in liked {
        let better =
            best.is_none_or(|(known, at, _)| weight > known || (weight == known && place < at));
        if better {
            best = Some((weight, place, form));
        }
    }
    best.map(|(.., form)| form)
}

#[cfg(test)]
mod tests {
    use super::best;

    const FORMS: [(&str, char); 3] = [
        ("application/json", 'j'),
        ("text/csv", 'c'),
        ("text/html", 'h'),
    ];

    #[test]
    fn the_form_that_is_liked_best_is_taken_and_of_equals_the_first_named() {
        for (accept, form) in [
            ("", Some('j')),
            ("*/*", Some('j')),
            ("text/*", Some('c')),
            ("text/html, text/csv", Some('h')),
            ("TEXT/CSV ; charset=utf-8", Some('c')),
            ("text/csv;q=0.5, text/html;q=0.501", Some('h')),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Some('h')),
            ("application/json;q=0, */*", Some('c')),
            (
                "text/*;q=0.9, text/csv;q=0.1, application/json;q=0.5",
                Some('h'),
            ),
            ("text/csv;q=0", None),
            ("text/csv; Q = 0.000", None),
            ("application/xml, image/png", None),
            ("text/csv;q=much", None),
            ("text", None),
            (",,", None),
        ] {
            assert_eq!(best(accept, &FORMS), form, "{accept}");
        }
    }
}
