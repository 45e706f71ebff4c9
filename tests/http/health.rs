//! Whether the program is up, how it guards itself, and how it ends.

use crate::steps::{the, value_of};
use crate::world::World;
use sanad_api::BodyDeadline;
use sanad_core::access::Role;
use sanad_testkit::{builders, each_backend};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[test]
fn it_says_that_it_is_up_and_ready_without_a_token() {
    each_backend(|database| {
        let world = World::start(database);
        let anyone = world.stranger();
        assert_eq!(anyone.get("/live").expect(200).json()["status"], "up");
        let ready = anyone.get("/ready").expect(200);
        assert_eq!(ready.json()["status"], "ready");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(ready.header(name), Some(value));
        }
        anyone.get("/live").expect(200);
        let metrics = anyone.get("/metrics").expect(200).text();
        assert!(
            metrics.contains(
                "sanad_http_requests_total{method=\"GET\",route=\"/live\",status=\"200\"}"
            ),
            "{metrics}"
        );
    });
}

#[test]
fn an_unknown_path_or_method_is_a_problem_like_every_other() {
    each_backend(|database| {
        let world = World::start(database);
        let client = world.as_(&the(Role::Caseworker));
        for path in [
            "/nothing",
            "/v1/nothing",
            "/v1/cases/",
            "/v1/cases/../cases/x/y/z",
            "//",
            "/v1",
        ] {
            client.get(path).refused(404, "NOTHING_HERE");
        }
        client
            .call("POST", "/v1/me")
            .send()
            .refused(404, "NOTHING_HERE");
        client
            .call("PUT", "/v1/cases")
            .send()
            .refused(404, "NOTHING_HERE");
    });
}

#[test]
fn the_document_and_its_pages_come_from_the_program_itself() {
    each_backend(|database| {
        let world = World::start(database);
        let anyone = world.stranger();
        let served = anyone.get("/openapi.json").expect(200).json();
        assert_eq!(&served["paths"], &crate::contract::document()["paths"]);
        assert_eq!(anyone.get("/").header("location"), Some("/docs/"));
        let page = anyone.get("/docs/").expect(200).text();
        assert!(
            !page.contains("http://") && !page.contains("https://"),
            "nothing is fetched from elsewhere: {page}"
        );
        anyone.get("/docs/swagger-ui-bundle.js").expect(200);
    });
}

/// A request on a bare socket, with a body of 100 bytes of which some are sent.
fn begun(world: &World, path: &str, sent: &[u8], length: usize) -> TcpStream {
    let mut socket = TcpStream::connect(world.address).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(15)))
        .unwrap();
    let token = world.as_(&the(Role::Registrar)).token().to_owned();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: registry\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(sent).unwrap();
    socket
}

/// What comes back until the answer is complete or the server closes.
fn answer(mut socket: TcpStream) -> String {
    let mut text = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(count @ 1..) = socket.read(&mut chunk) {
        text.extend_from_slice(&chunk[..count]);
        if text.ends_with(b"}") {
            break;
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn a_body_that_does_not_arrive_is_given_up() {
    each_backend(|database| {
        drop(World::start(database));
        let world = World::with_deadline(database, BodyDeadline(Duration::from_secs(1)));
        for path in ["/v1/cases", "/v1/sign-in"] {
            let asked = Instant::now();
            let reply = answer(begun(&world, path, b"{", 100));
            assert!(
                reply.starts_with("HTTP/1.1 408") && reply.contains("BODY_TOO_SLOW"),
                "{path}: {reply}"
            );
            assert!(
                asked.elapsed() >= Duration::from_secs(1)
                    && asked.elapsed() < Duration::from_secs(5)
            );
        }
        world.stranger().get("/live").expect(200);
    });
}

#[test]
fn a_request_under_way_is_finished_before_the_end() {
    each_backend(|database| {
        let mut world = World::start(database);
        let body = value_of(&builders::registration(1))
            .to_string()
            .into_bytes();
        let (first, rest) = body.split_at(body.len() / 2);
        let mut socket = begun(&world, "/v1/cases", first, body.len());
        std::thread::sleep(Duration::from_millis(300));
        world.ask_to_end();
        std::thread::sleep(Duration::from_millis(500));
        socket.write_all(rest).unwrap();
        let reply = answer(socket);
        assert!(reply.starts_with("HTTP/1.1 201"), "{reply}");
        world.wait_for_the_end();
        assert!(
            TcpStream::connect(world.address).is_err(),
            "it listens no more"
        );
        drop(world);
        let kept = World::beside(database);
        assert_eq!(
            kept.as_(&the(Role::Registrar)).pages("/v1/cases", 50).len(),
            1
        );
    });
}

#[test]
fn the_documentation_asks_no_other_host_and_a_head_is_answered_like_a_get() {
    each_backend(|database| {
        let world = World::start(database);
        let stranger = world.stranger();
        let page = stranger.get("/docs/").expect(200);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("connect-src 'self'"));
        let setup = stranger
            .get("/docs/swagger-initializer.js")
            .expect(200)
            .text();
        assert!(setup.contains("\"validatorUrl\": \"none\""), "{setup}");
        for path in ["/live", "/ready", "/docs/", "/openapi.json"] {
            assert_eq!(stranger.call("HEAD", path).send().status, 200, "{path}");
        }
        assert_eq!(stranger.call("HEAD", "/v1/cases").send().status, 401);
    });
}
