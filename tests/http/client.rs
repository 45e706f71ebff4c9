//! A caller of the API: sends requests, keeps what came back, and holds every answer
//! against the API document before a test sees it.
//!
//! Not here: who the callers are (`world`).

use crate::contract;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// A caller with or without a token.
#[derive(Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    address: SocketAddr,
    token: Option<String>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr, token: Option<String>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .max_redirects(0)
            .build();
        Self {
            agent: config.new_agent(),
            address,
            token,
        }
    }

    /// The token that it sends.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        Call {
            client: self.clone(),
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.call("GET", path).send()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.call("POST", path).json(body).send()
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Reply {
        self.call("PUT", path).json(body).send()
    }

    /// What a list shows in all, page after page of a size.
    pub(crate) fn pages(&self, path: &str, size: usize) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let sign = if path.contains('?') { '&' } else { '?' };
            let page = self
                .get(&format!("{path}{sign}limit={size}{cursor}"))
                .expect(200)
                .json();
            let here = page["items"].as_array().unwrap();
            assert!(here.len() <= size, "{path}: a page is longer than asked");
            items.extend(here.iter().cloned());
            match page.get("next").and_then(Value::as_str) {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }
}

/// A request in the making.
pub(crate) struct Call {
    client: Client,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string().into_bytes())
    }

    pub(crate) fn raw(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", media_type)
    }

    pub(crate) fn send(self) -> Reply {
        let line = format!("{} {}", self.method, self.path);
        let url = format!("http://{}{}", self.client.address, self.path);
        let mut request = ureq::http::Request::builder()
            .method(self.method.as_str())
            .uri(url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(token) = &self.client.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = if self.method == "GET" || self.body.is_empty() && self.method == "DELETE" {
            self.client.agent.run(request.body(()).unwrap())
        } else {
            self.client.agent.run(request.body(self.body).unwrap())
        };
        let mut answer = answer.unwrap_or_else(|error| panic!("{line}: no answer: {error}"));
        // The date is another every second; everything else is part of the answer.
        let headers = answer
            .headers()
            .iter()
            .filter(|(name, _)| *name != "date")
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let body = answer
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_to_vec()
            .unwrap();
        let reply = Reply {
            line,
            status: answer.status().as_u16(),
            headers,
            body,
        };
        contract::hold(&self.method, &self.path, &reply);
        reply
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    line: String,
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The reply, if it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.line, self.text());
        self
    }

    /// A problem of this status and code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Self {
        let reply = self.expect(status);
        let problem = reply.json();
        let known = problem["code"] == code || reply.codes().iter().any(|known| known == code);
        assert!(known, "{}: {problem}", reply.line);
        assert_eq!(problem["status"], status);
        assert_eq!(
            problem["type"],
            format!("urn:sanad:problem:{}", problem["code"].as_str().unwrap())
        );
        reply
    }

    /// A fault of one field or parameter: 422 with its pointer, or 400 with its name.
    #[track_caller]
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let problem = self.json();
        let errors = problem["errors"].as_array().unwrap();
        errors
            .iter()
            .map(|fault| {
                let parameter = fault.get("parameter").map(text);
                (
                    text(&fault["code"]),
                    parameter.unwrap_or_else(|| text(&fault["pointer"])),
                )
            })
            .collect()
    }

    /// The codes of all faults.
    pub(crate) fn codes(&self) -> Vec<String> {
        self.faults().into_iter().map(|(code, _)| code).collect()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| {
            panic!("{}: {} is no JSON: {}", self.line, self.status, self.text())
        })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    #[track_caller]
    pub(crate) fn etag(&self) -> &str {
        self.header("etag")
            .unwrap_or_else(|| panic!("{}: no ETag", self.line))
    }

    /// The same to whoever reads it: status, headers and body.
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        (self.status, &self.headers, &self.body) == (other.status, &other.headers, &other.body)
    }
}
