//! One request to the emulator, in HTTP/1.0: the answer ends with the connection.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// More time than any event needs.
const ANSWERED_WITHIN: Duration = Duration::from_secs(60);

/// Posts a payload, and returns the body of the answer.
pub(super) fn post(address: &str, path: &str, payload: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(ANSWERED_WITHIN))?;
    let length = payload.len();
    write!(
        stream,
        "POST {path} HTTP/1.0\r\nHost: {address}\r\nContent-Length: {length}\r\n\r\n"
    )?;
    stream.write_all(payload)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end_of_head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let end_of_head = end_of_head.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(answer.split_off(end_of_head + 4))
}
