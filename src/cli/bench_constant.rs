//! `sanad bench-constant`: a server that always gives the same answer: what HTTP
//! alone can do on this machine, as a limit beside the figures of the API.

use super::output::{Failure, say};
use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, web};
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;

/// Measure HTTP alone: answer every request with the same bytes, until stopped.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Length of the answer.
    #[arg(long, value_name = "N", default_value_t = 1_500)]
    bytes: usize,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let listener = TcpListener::bind(arguments.listen)?;
    say(format_args!(
        "a constant answer is on http://{}",
        listener.local_addr()?
    ))?;
    let body = Bytes::from(vec![b'x'; arguments.bytes]);
    actix_web::rt::System::new().block_on(async move {
        HttpServer::new(move || {
            let body = body.clone();
            App::new().default_service(web::to(move || {
                let body = body.clone();
                async move {
                    HttpResponse::Ok()
                        .content_type("application/json")
                        .body(body)
                }
            }))
        })
        .workers(std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
        .listen(listener)?
        .run()
        .await
    })?;
    Ok(ExitCode::SUCCESS)
}
