//! A client that notes exactly what arrives: HTTP/1.1 on a bare socket, HTTP/2 by the `h2` crate.

use crate::case::{Case, HttpVersion};
use anyhow::{Context, Result, bail, ensure};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The request header that tells the scripted upstream which case it plays.
pub const CASE_HEADER: &str = "x-case";

/// Most fields of one answer.
const MAX_FIELDS: usize = 200;

/// An answer as the client saw it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The reason phrase (HTTP/1.1).
    pub reason: String,
    /// Names in lower case and values, in order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body without its transfer coding.
    pub body: Vec<u8>,
    /// Names in lower case and values, in order.
    pub trailers: Vec<(String, Vec<u8>)>,
    /// Why the answer is not complete.
    pub broken: Option<String>,
    /// When the head was there, since the request was sent.
    pub head_after: Duration,
    /// When the first byte of the body was there.
    pub body_after: Option<Duration>,
    /// When the answer was complete.
    pub complete_after: Duration,
}

impl Answer {
    /// All values of a header.
    pub fn header(&self, name: &str) -> Vec<String> {
        values(&self.headers, name)
    }
}

/// All values of a field, invalid UTF-8 replaced.
pub fn values(fields: &[(String, Vec<u8>)], name: &str) -> Vec<String> {
    fields.iter().filter(|(n, _)| n == name).map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect()
}

/// Sends a case's request and reads the answer; fails where the time limit passes without a complete answer.
pub async fn send(address: SocketAddr, case: &Case) -> Result<Answer> {
    let started = Instant::now();
    let mut answer = Answer::default();
    let exchange = async {
        match case.request.http {
            HttpVersion::One => send_one(address, case, started, &mut answer).await,
            HttpVersion::Two => send_two(address, case, started, &mut answer).await,
        }
    };
    let limit = case.time_limit();
    let in_time = tokio::time::timeout(limit, exchange).await;
    answer.complete_after = started.elapsed();
    match in_time {
        Ok(done) => done.map(|()| answer),
        Err(_) => bail!("no complete answer within {limit:?}; so far: {answer:?}"),
    }
}

/// A plain `GET` by HTTP/1.1, for admin pages and follow-up requests.
pub async fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
    let mut head = format!("GET {path} HTTP/1.1\r\nhost: shop.example\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let started = Instant::now();
    let mut answer = Answer::default();
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(head.as_bytes()).await?;
        read_one(&mut stream, false, started, &mut answer).await
    };
    tokio::time::timeout(Duration::from_secs(10), exchange).await.context("no complete answer within 10 s")??;
    Ok(answer)
}

/// The part of an upstream that lets [`websocket`] succeed.
pub fn websocket_upstream() -> serde_json::Value {
    let headers = [["connection", "Upgrade"], ["upgrade", "websocket"]];
    serde_json::json!({"status": 101, "framing": "absent", "headers": headers})
}

/// Opens a WebSocket and checks that frames come back without their mask; the case of this name must be an echo.
pub async fn websocket(address: SocketAddr, case: &str) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET /chat HTTP/1.1\r\nhost: shop.example\r\n{CASE_HEADER}: {case}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Answer::default();
    tokio::time::timeout(Duration::from_secs(5), read_one(&mut stream, false, Instant::now(), &mut answer)).await??;
    ensure!(answer.status == 101, "{answer:?}");
    for text in [&b"Traceback (most recent call last)"[..], &[b'x'; 100]] {
        let length = u8::try_from(text.len())?;
        stream.write_all(&[&[0x81, 0x80 | length, 0, 0, 0, 0], text].concat()).await?;
        let mut back = vec![0; text.len() + 2];
        tokio::time::timeout(Duration::from_secs(5), stream.read_exact(&mut back)).await.context("no echo")??;
        ensure!(back == [&[0x81, length], text].concat(), "the echo differs: {back:?}");
    }
    Ok(())
}

async fn send_one(address: SocketAddr, case: &Case, started: Instant, answer: &mut Answer) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let mut request = format!("{} {} HTTP/1.1\r\nhost: {}\r\n{CASE_HEADER}: {}\r\n", case.method(), case.path(), case.host()?, case.name);
    let body = case.request.body.as_ref().map(|body| body.bytes()).transpose()?;
    if let Some(body) = &body {
        request.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    let mut request = request.into_bytes();
    for (name, value) in case.request_headers()? {
        request.extend([name.as_bytes(), b": ", &value, b"\r\n"].concat());
    }
    request.extend(b"\r\n");
    request.extend(body.unwrap_or_default());
    stream.write_all(&request).await?;
    read_one(&mut stream, case.method() == "HEAD", started, answer).await
}

/// Reads one HTTP/1.1 answer; the connection is then ready for the next request, where the answer allows that.
pub async fn read_one(stream: &mut TcpStream, head_only: bool, started: Instant, answer: &mut Answer) -> Result<()> {
    let mut wire = Wire { stream, buffer: BytesMut::new() };
    loop {
        let head = loop {
            if let Some(head) = take_head(&mut wire.buffer, answer)? {
                break head;
            }
            ensure!(wire.fill().await? > 0, "the connection was closed before the head was complete: {:?}", wire.buffer);
        };
        // Only 101 ends the exchange, other 1xx precede the answer.
        if !(100..200).contains(&head) || head == 101 {
            break;
        }
        answer.headers.clear();
    }
    answer.head_after = started.elapsed();
    if head_only || answer.status < 200 || answer.status == 204 || answer.status == 304 {
        ensure!(wire.buffer.is_empty() || answer.status < 200, "bytes after an answer that has no body: {:?}", wire.buffer);
        return Ok(());
    }
    let ended = if answer.header("transfer-encoding").iter().any(|coding| coding.eq_ignore_ascii_case("chunked")) {
        wire.chunked(started, answer).await
    } else if let Some(length) = answer.header("content-length").first() {
        let length = length.parse().with_context(|| format!("content-length {length:?}"))?;
        wire.exactly(length, started, answer).await
    } else {
        wire.until_close(started, answer).await
    };
    answer.broken = ended.err().map(|error| error.to_string());
    Ok(())
}

fn take_head(buffer: &mut BytesMut, answer: &mut Answer) -> Result<Option<u16>> {
    let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let httparse::Status::Complete(length) = response.parse(buffer).context("the answer's head")? else {
        return Ok(None);
    };
    answer.status = response.code.context("no status")?;
    answer.reason = response.reason.unwrap_or_default().to_owned();
    answer.headers = response.headers.iter().map(|field| (field.name.to_ascii_lowercase(), field.value.to_vec())).collect();
    let _ = buffer.split_to(length);
    Ok(Some(answer.status))
}

/// A socket and what was read from it but not used yet.
struct Wire<'s> {
    stream: &'s mut TcpStream,
    buffer: BytesMut,
}

impl Wire<'_> {
    async fn fill(&mut self) -> Result<usize> {
        Ok(self.stream.read_buf(&mut self.buffer).await?)
    }

    async fn exactly(&mut self, length: usize, started: Instant, answer: &mut Answer) -> Result<()> {
        let goal = answer.body.len() + length;
        loop {
            let missing = goal - answer.body.len();
            let taken = self.buffer.split_to(missing.min(self.buffer.len()));
            if !taken.is_empty() {
                answer.body_after.get_or_insert_with(|| started.elapsed());
                answer.body.extend(taken);
            }
            if answer.body.len() == goal {
                return Ok(());
            }
            ensure!(self.fill().await? > 0, "closed {} bytes before the body's end", goal - answer.body.len());
        }
    }

    async fn until_close(&mut self, started: Instant, answer: &mut Answer) -> Result<()> {
        loop {
            if !self.buffer.is_empty() {
                answer.body_after.get_or_insert_with(|| started.elapsed());
                answer.body.extend(self.buffer.split());
            }
            if self.fill().await? == 0 {
                return Ok(());
            }
        }
    }

    async fn chunked(&mut self, started: Instant, answer: &mut Answer) -> Result<()> {
        loop {
            let line = self.line().await?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(digits, 16).with_context(|| format!("chunk size {line:?}"))?;
            if size == 0 {
                break;
            }
            self.exactly(size, started, answer).await?;
            ensure!(self.line().await?.is_empty(), "no line end after a chunk");
        }
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else {
                ensure!(line.is_empty(), "trailer {line:?}");
                return Ok(());
            };
            answer.trailers.push((name.to_ascii_lowercase(), value.trim().as_bytes().to_vec()));
        }
    }

    async fn line(&mut self) -> Result<String> {
        loop {
            if let Some(end) = memchr::memmem::find(&self.buffer, b"\r\n") {
                let line = self.buffer.split_to(end + 2);
                return Ok(String::from_utf8_lossy(line.get(..end).unwrap_or_default()).into_owned());
            }
            ensure!(self.fill().await? > 0, "closed between chunks");
        }
    }
}

async fn send_two(address: SocketAddr, case: &Case, started: Instant, answer: &mut Answer) -> Result<()> {
    let stream = TcpStream::connect(address).await?;
    let (client, connection) = h2::client::Builder::new().max_header_list_size(2 << 20).handshake::<_, Bytes>(stream).await?;
    // Ends with the stream: nothing else keeps the connection.
    tokio::spawn(connection);
    let mut client = client.ready().await?;
    let uri = format!("http://{}{}", case.host()?, case.path());
    let mut request = Request::builder().method(case.method()).uri(uri).version(http::Version::HTTP_2).header(CASE_HEADER, &case.name);
    for (name, value) in case.request_headers()? {
        request = request.header(name.to_ascii_lowercase(), value);
    }
    let body = case.request.body.as_ref().map(|body| body.bytes()).transpose()?;
    let (response, mut outgoing) = client.send_request(request.body(())?, body.is_none())?;
    if let Some(body) = body {
        outgoing.send_data(body.into(), true)?;
    }
    let (head, mut body) = response.await?.into_parts();
    answer.head_after = started.elapsed();
    answer.status = head.status.as_u16();
    answer.headers = fields_of(&head.headers);
    while let Some(data) = body.data().await {
        match data {
            Ok(data) => {
                let _ = body.flow_control().release_capacity(data.len());
                if !data.is_empty() {
                    answer.body_after.get_or_insert_with(|| started.elapsed());
                    answer.body.extend(data);
                }
            }
            Err(error) => {
                answer.broken = Some(error.to_string());
                return Ok(());
            }
        }
    }
    match body.trailers().await {
        Ok(trailers) => answer.trailers = trailers.as_ref().map(fields_of).unwrap_or_default(),
        Err(error) => answer.broken = Some(error.to_string()),
    }
    Ok(())
}

/// Names and values in order.
pub fn fields_of(headers: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}
