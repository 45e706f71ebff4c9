//! A report as one HTML file that people read and print: no script, no other file.
//!
//! Everything that comes from data is escaped, and the policy sent with it lets a
//! browser load nothing and apply the one style below, by its hash.

use super::View;
use super::cell::{Cell, Row, Shape};
use super::stream::Tail;
use super::words::{Kind, Words};
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Logical properties only, so that it serves both directions.
const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#111;background:#fff}\
h1{font-size:1.5rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0 0 1rem}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}\
table{border-collapse:collapse;width:100%;font-size:12px}\
th,td{border:1px solid #999;padding:.25rem .4rem;text-align:start;vertical-align:top}.s{white-space:nowrap}.h{overflow-wrap:anywhere}\
th{background:#eee}.n{text-align:end}footer{margin-top:1.5rem;border-top:1px solid #999;padding-top:.5rem}\
@page{size:A4 landscape}@media print{th,td{overflow-wrap:anywhere}.s{white-space:normal}body{margin:0;font-size:11px}table{font-size:9px}thead{display:table-header-group}tr{break-inside:avoid}a{color:inherit;text-decoration:none}}";

/// The policy for a page with `STYLE` and nothing else.
pub fn content_security_policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        format!(
            "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            base64(&Sha256::digest(STYLE.as_bytes()))
        )
    });
    &POLICY
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .chain(&[0, 0])
            .take(3)
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for place in 0..4 {
            if place > three.len() {
                text.push('=');
            } else {
                let digit = bits >> (18 - 6 * place) & 63;
                text.push(char::from(DIGITS[digit as usize]));
            }
        }
    }
    text
}

/// A text that a browser shows and never obeys.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Writes one page, row by row.
#[derive(Debug)]
pub(super) struct Page {
    words: &'static Words,
    open: Option<usize>,
}

impl Page {
    pub(super) fn new(words: &'static Words) -> Self {
        Self { words, open: None }
    }

    pub(super) fn begin(&self, report: &str, view: &View) -> String {
        let words = self.words;
        let title = escaped(words.say(Kind::Title, report));
        let mut page = format!(
            "<!doctype html>\n<html lang=\"{}\" dir=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n<dl>\n",
            escaped(&words.language),
            words.direction.code(),
            escaped(words.say(Kind::About, report)),
        );
        let catalogue = format!("{} {}", view.catalogue.id(), view.catalogue.edition());
        for (key, value) in [
            ("report", report),
            ("as_of", &view.as_of.to_string()),
            ("catalogue", &catalogue),
            ("catalogue_sha256", view.catalogue.sha256()),
            ("profile", view.profile.code()),
        ] {
            line(&mut page, words, key, value);
        }
        page.push_str("</dl>\n");
        page
    }

    pub(super) fn row(&mut self, shape: &Shape, row: &Row) -> String {
        let mut page = String::new();
        let section = &shape.sections[row.section];
        if self.open != Some(row.section) {
            page.push_str(self.close());
            self.open = Some(row.section);
            let heading = escaped(self.words.say(Kind::Section, section.key));
            let _ = write!(page, "<section>\n<h2>{heading}</h2>\n<table>\n<thead><tr>");
            for column in section.columns {
                let heading = escaped(self.words.say(Kind::Column, column));
                let _ = write!(page, "<th scope=\"col\">{heading}</th>");
            }
            page.push_str("</tr></thead>\n<tbody>\n");
        }
        page.push_str("<tr>");
        for cell in &row.cells {
            self.cell(&mut page, cell);
        }
        page.push_str("</tr>\n");
        page
    }

    fn cell(&self, page: &mut String, cell: &Cell) {
        let _ = match cell {
            Cell::Empty => write!(page, "<td></td>"),
            Cell::Text(text) => write!(page, "<td dir=\"auto\">{}</td>", escaped(text)),
            // Days and short codes stay in one line; a hash breaks anywhere.
            Cell::Code(code) => write!(
                page,
                "<td{} dir=\"auto\">{}</td>",
                match code.len() {
                    0..=12 => " class=\"s\"",
                    41.. => " class=\"h\"",
                    _ => "",
                },
                escaped(&self.codes(code))
            ),
            Cell::Number(number) => write!(page, "<td class=\"n\" dir=\"ltr\">{number}</td>"),
            Cell::Flag(flag) => {
                let key = if *flag { "true" } else { "false" };
                write!(
                    page,
                    "<td>{}</td>",
                    escaped(self.words.say(Kind::Code, key))
                )
            }
            Cell::Link(path) => {
                let path = escaped(path);
                write!(page, "<td dir=\"ltr\"><a href=\"{path}\">{path}</a></td>")
            }
        };
    }

    /// A code in words, or several codes that a cell joins with spaces.
    fn codes<'c>(&'c self, code: &'c str) -> Cow<'c, str> {
        let say = |code| self.words.say(Kind::Code, code);
        let joined = code.contains(' ') && code.split(' ').all(|one| say(one) != one);
        if joined {
            Cow::Owned(code.split(' ').map(say).collect::<Vec<_>>().join(" · "))
        } else {
            Cow::Borrowed(say(code))
        }
    }

    fn close(&self) -> &'static str {
        if self.open.is_some() {
            "</tbody>\n</table>\n</section>\n"
        } else {
            ""
        }
    }

    pub(super) fn end(&self, tail: &Tail) -> String {
        let mut page = String::from(self.close());
        if self.open.is_none() {
            let nothing = escaped(self.words.say(Kind::Text, "no_rows"));
            let _ = writeln!(page, "<p>{nothing}</p>");
        }
        page.push_str("<footer>\n<dl>\n");
        line(
            &mut page,
            self.words,
            "row_count",
            &tail.row_count.to_string(),
        );
        line(
            &mut page,
            self.words,
            "content_sha256",
            &tail.content_sha256,
        );
        page.push_str("</dl>\n</footer>\n</body>\n</html>\n");
        page
    }
}

fn line(page: &mut String, words: &Words, key: &str, value: &str) {
    let _ = writeln!(
        page,
        "<dt>{}</dt><dd dir=\"auto\">{}</dd>",
        escaped(words.say(Kind::Text, key)),
        escaped(value)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn nothing_from_data_is_obeyed_by_a_browser() {
        assert_eq!(
            escaped("<script>alert(\"1\" & '2')</script>"),
            "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"
        );
    }

    #[test]
    fn the_style_holds_nothing_that_would_end_it() {
        assert!(!STYLE.contains('<') && !STYLE.contains("url("));
    }
}
