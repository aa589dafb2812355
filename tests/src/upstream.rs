//! A scripted upstream: plays the upstream part of the case that a request names, and notes what it received.

use crate::case::{BodyEnd, Case, Framing, HeadEnd, HttpVersion, Upstream};
use crate::client::{CASE_HEADER, fields_of};
use crate::part::Part;
use anyhow::{Context, Result, bail};
use base64::Engine as _;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use sha1::{Digest as _, Sha1};
use socket2::{Domain, SockRef, Socket, Type};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What came of one request at the upstream.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Received {
    /// The path with its query.
    pub path: String,
    /// Names in lower case and values.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Which connection it came on, counted from 1.
    pub connection: usize,
    /// When the host closed the connection (HTTP/2: the stream) before the answer was complete, since the request came.
    pub closed_after: Option<Duration>,
}

/// A running upstream. It ends with the runtime that it was started on.
#[derive(Debug)]
pub struct ScriptedUpstream {
    /// Where it listens, or would if it did not refuse.
    pub address: SocketAddr,
    script: Arc<Script>,
    /// Holds a port on which nothing listens.
    _refusing: Option<Socket>,
}

#[derive(Debug)]
struct Script {
    cases: HashMap<String, Arc<Case>>,
    received: Mutex<HashMap<String, Vec<Received>>>,
}

/// A request under way: whose it is, and which of that case's requests.
struct Begun {
    case: Arc<Case>,
    index: usize,
    at: Instant,
}

impl Begun {
    /// What to do for it. For a request too many, what was done for the last: that it came is what the check tells.
    fn upstream(&self) -> Result<&Upstream> {
        let Case { name, upstream, .. } = &*self.case;
        upstream.get(self.index).or(upstream.last()).with_context(|| format!("case {name} asks for nothing"))
    }
}

impl ScriptedUpstream {
    /// Starts an upstream for these cases.
    pub async fn start(cases: &[Arc<Case>], http: HttpVersion) -> Result<ScriptedUpstream> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let cases = cases.iter().map(|case| (case.name.clone(), Arc::clone(case))).collect();
        let script = Arc::new(Script { cases, received: Mutex::default() });
        let shared = Arc::clone(&script);
        tokio::spawn(async move {
            let mut connections = 0;
            while let Ok((stream, _)) = listener.accept().await {
                connections += 1;
                let script = Arc::clone(&shared);
                tokio::spawn(async move {
                    // An error here is the host closing the connection; the case's expectations tell whether that was right.
                    let _ = match http {
                        HttpVersion::One => serve_one(stream, &script, connections).await,
                        HttpVersion::Two => serve_two(stream, &script, connections).await,
                    };
                });
            }
        });
        Ok(ScriptedUpstream { address, script, _refusing: None })
    }

    /// An address that refuses connections.
    pub fn refusing() -> Result<ScriptedUpstream> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        let address = socket.local_addr()?.as_socket().context("no address")?;
        let script = Arc::new(Script { cases: HashMap::new(), received: Mutex::default() });
        Ok(ScriptedUpstream { address, script, _refusing: Some(socket) })
    }

    /// What the requests of this case brought so far, in order.
    pub fn requests(&self, case: &str) -> Vec<Received> {
        self.script.received.lock().unwrap_or_else(PoisonError::into_inner).get(case).cloned().unwrap_or_default()
    }

    /// The last of them; `None` where none arrived.
    pub fn received(&self, case: &str) -> Option<Received> {
        self.script.received.lock().unwrap_or_else(PoisonError::into_inner).get(case)?.last().cloned()
    }
}

impl Script {
    fn begin(&self, path: String, headers: Vec<(String, Vec<u8>)>, connection: usize) -> Result<Begun> {
        let name = crate::client::values(&headers, CASE_HEADER).pop().context("the request names no case")?;
        let case = Arc::clone(self.cases.get(&name).with_context(|| format!("unknown case {name}"))?);
        let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        let requests = received.entry(name).or_default();
        requests.push(Received { path, headers, connection, closed_after: None });
        Ok(Begun { case, index: requests.len() - 1, at: Instant::now() })
    }

    fn closed(&self, begun: &Begun) {
        let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(received) = received.get_mut(&begun.case.name).and_then(|requests| requests.get_mut(begun.index)) {
            received.closed_after = Some(begun.at.elapsed());
        }
    }
}

async fn serve_one(mut stream: TcpStream, script: &Script, connection: usize) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = BytesMut::new();
    loop {
        let Some(head) = read_request(&mut stream, &mut buffer).await? else {
            return Ok(());
        };
        let begun = script.begin(head.path, head.headers, connection)?;
        match play_one(&mut stream, begun.upstream()?, head.no_body, head.websocket_accept).await {
            Ok(AfterAnswer::Reusable) => {}
            Ok(AfterAnswer::Close) => return Ok(()),
            Ok(AfterAnswer::Reset) => {
                // What was written must arrive before the reset: the kernel drops unread bytes of a connection that is reset.
                tokio::time::sleep(Duration::from_millis(50)).await;
                SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
                return Ok(());
            }
            Ok(AfterAnswer::Wait) => {
                while stream.read_buf(&mut buffer).await.is_ok_and(|read| read > 0) {}
                script.closed(&begun);
                return Ok(());
            }
            Err(error) => {
                script.closed(&begun);
                return Err(error);
            }
        }
    }
}

struct RequestOne {
    path: String,
    headers: Vec<(String, Vec<u8>)>,
    no_body: bool,
    websocket_accept: Option<String>,
}

async fn read_request(stream: &mut TcpStream, buffer: &mut BytesMut) -> Result<Option<RequestOne>> {
    loop {
        let mut fields = [httparse::EMPTY_HEADER; 100];
        let mut request = httparse::Request::new(&mut fields);
        if let httparse::Status::Complete(length) = request.parse(buffer)? {
            let path = request.path.unwrap_or_default().to_owned();
            let no_body = request.method == Some("HEAD");
            let headers: Vec<_> = request.headers.iter().map(|field| (field.name.to_ascii_lowercase(), field.value.to_vec())).collect();
            let _ = buffer.split_to(length);
            skip_request_body(stream, buffer, &headers).await?;
            let websocket_accept = websocket_accept(&headers);
            return Ok(Some(RequestOne { path, headers, no_body, websocket_accept }));
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

async fn skip_request_body(stream: &mut TcpStream, buffer: &mut BytesMut, headers: &[(String, Vec<u8>)]) -> Result<()> {
    let end = match crate::client::values(headers, "content-length").first() {
        Some(length) => length.parse()?,
        // A case's body is small and has a length; a host may still send it in chunks.
        None if crate::client::values(headers, "transfer-encoding").is_empty() => 0,
        None => loop {
            if let Some(end) = memchr::memmem::find(buffer, b"0\r\n\r\n") {
                break end + 5;
            }
            if stream.read_buf(buffer).await? == 0 {
                bail!("closed in the request's body");
            }
        },
    };
    while buffer.len() < end {
        if stream.read_buf(buffer).await? == 0 {
            bail!("closed in the request's body");
        }
    }
    let _ = buffer.split_to(end);
    Ok(())
}

enum AfterAnswer {
    Reusable,
    Close,
    Reset,
    Wait,
}

async fn play_one(stream: &mut TcpStream, upstream: &Upstream, no_body: bool, websocket_accept: Option<String>) -> Result<AfterAnswer> {
    match upstream.head {
        HeadEnd::Complete => {}
        HeadEnd::Close => return Ok(AfterAnswer::Close),
        HeadEnd::Stall => return Ok(AfterAnswer::Wait),
    }
    let accept = websocket_accept.filter(|_| upstream.status == 101).unwrap_or_default();
    stream.write_all(&head_one(upstream, &accept)?).await?;
    if upstream.status == 101 {
        echo(stream).await?;
        return Ok(AfterAnswer::Close);
    }
    if no_body {
        return Ok(AfterAnswer::Reusable);
    }
    let chunked = upstream.framing == Framing::Chunked || upstream.end == BodyEnd::Endless;
    for part in &upstream.body {
        write_part(stream, part, chunked).await?;
    }
    match upstream.end {
        BodyEnd::Complete if upstream.framing == Framing::UntilClose => Ok(AfterAnswer::Close),
        BodyEnd::Complete => {
            if chunked {
                let mut end = b"0\r\n".to_vec();
                for (name, value) in upstream.trailer_fields()? {
                    end.extend([name.as_bytes(), b": ", &value, b"\r\n"].concat());
                }
                end.extend(b"\r\n");
                stream.write_all(&end).await?;
            }
            Ok(AfterAnswer::Reusable)
        }
        BodyEnd::Reset => Ok(AfterAnswer::Reset),
        BodyEnd::Close => Ok(AfterAnswer::Close),
        BodyEnd::Stall => Ok(AfterAnswer::Wait),
        BodyEnd::Endless => {
            let last = upstream.body.last().context("an endless body needs a part to repeat")?;
            loop {
                write_part(stream, last, true).await?;
            }
        }
    }
}

fn head_one(upstream: &Upstream, more: &str) -> Result<Vec<u8>> {
    let usual = StatusCode::from_u16(upstream.status)?.canonical_reason().unwrap_or_default();
    let reason = upstream.reason.as_deref().unwrap_or(usual);
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", upstream.status).into_bytes();
    for (name, value) in upstream.fields()? {
        head.extend([name.as_bytes(), b": ", &value, b"\r\n"].concat());
    }
    if upstream.framing == Framing::Chunked || upstream.end == BodyEnd::Endless {
        head.extend(b"transfer-encoding: chunked\r\n");
    } else if let Some(length) = upstream.declared_length()? {
        head.extend(format!("content-length: {length}\r\n").as_bytes());
    }
    head.extend(more.as_bytes());
    head.extend(b"\r\n");
    Ok(head)
}

async fn write_part(stream: &mut TcpStream, part: &Part, chunked: bool) -> Result<()> {
    if let Some(pause) = part.pause() {
        tokio::time::sleep(pause).await;
        return Ok(());
    }
    let (block, times) = part.blocks()?;
    let block =
        if chunked && !block.is_empty() { [format!("{:x}\r\n", block.len()).as_bytes(), &block, b"\r\n"].concat().into() } else { block };
    // Small blocks go out together: a write for each byte of a long run would take minutes.
    let together = (65_536 / block.len().max(1)).clamp(1, times.max(1));
    let (many, few) = (block.repeat(together), block.repeat(times % together));
    for _ in 0..times / together {
        stream.write_all(&many).await?;
    }
    stream.write_all(&few).await?;
    Ok(())
}

/// The accepting header of a WebSocket handshake (RFC 6455 §4.2.2), where the request is one.
fn websocket_accept(headers: &[(String, Vec<u8>)]) -> Option<String> {
    let key = crate::client::values(headers, "sec-websocket-key").pop()?;
    let digest = Sha1::digest(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    Some(format!("sec-websocket-accept: {}\r\n", base64::engine::general_purpose::STANDARD.encode(digest)))
}

/// After a 101: every short WebSocket frame comes back without its mask.
async fn echo(stream: &mut TcpStream) -> Result<()> {
    loop {
        let mut head = [0; 6];
        stream.read_exact(&mut head).await?;
        let [kind, length, mask @ ..] = head;
        let mut payload = vec![0; usize::from(length & 0x7f)];
        stream.read_exact(&mut payload).await?;
        payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
        stream.write_all(&[&[kind, length & 0x7f], &payload[..]].concat()).await?;
    }
}

async fn serve_two(stream: TcpStream, script: &Arc<Script>, number: usize) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut connection = h2::server::Builder::new().max_header_list_size(2 << 20).handshake::<_, Bytes>(stream).await?;
    while let Some(request) = connection.accept().await {
        let (request, respond) = request?;
        let (head, body) = request.into_parts();
        let script = Arc::clone(script);
        tokio::spawn(async move {
            let mut body = body;
            while let Some(Ok(data)) = body.data().await {
                let _ = body.flow_control().release_capacity(data.len());
            }
            let begun =
                script.begin(head.uri.path_and_query().map(ToString::to_string).unwrap_or_default(), fields_of(&head.headers), number)?;
            play_two(respond, begun.upstream()?, head.method == http::Method::HEAD).await.inspect_err(|_| script.closed(&begun))
        });
    }
    Ok(())
}

async fn play_two(mut respond: h2::server::SendResponse<Bytes>, upstream: &Upstream, no_body: bool) -> Result<()> {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::from_u16(upstream.status)?;
    *response.headers_mut() = header_map(upstream.fields()?)?;
    if let Some(length) = upstream.declared_length()? {
        response.headers_mut().insert(http::header::CONTENT_LENGTH, length.into());
    }
    let ends = no_body || (upstream.body.is_empty() && upstream.trailers.is_empty() && upstream.end == BodyEnd::Complete);
    let mut stream = respond.send_response(response, ends)?;
    if ends {
        return Ok(());
    }
    for part in &upstream.body {
        send_part(&mut stream, part).await?;
    }
    match upstream.end {
        BodyEnd::Complete if upstream.trailers.is_empty() => stream.send_data(Bytes::new(), true)?,
        BodyEnd::Complete => stream.send_trailers(header_map(upstream.trailer_fields()?)?)?,
        BodyEnd::Reset | BodyEnd::Close => {
            tokio::time::sleep(Duration::from_millis(50)).await;
            stream.send_reset(h2::Reason::INTERNAL_ERROR);
        }
        BodyEnd::Stall => {
            let reason = std::future::poll_fn(|context| stream.poll_reset(context)).await?;
            bail!("the host reset the stream: {reason}");
        }
        BodyEnd::Endless => {
            let last = upstream.body.last().context("an endless body needs a part to repeat")?;
            loop {
                send_part(&mut stream, last).await?;
            }
        }
    }
    Ok(())
}

async fn send_part(stream: &mut h2::SendStream<Bytes>, part: &Part) -> Result<()> {
    if let Some(pause) = part.pause() {
        tokio::time::sleep(pause).await;
        return Ok(());
    }
    let (block, times) = part.blocks()?;
    let together = (65_536 / block.len().max(1)).clamp(1, times.max(1));
    for _ in 0..times / together {
        send_data(stream, block.repeat(together).into()).await?;
    }
    send_data(stream, block.repeat(times % together).into()).await
}

async fn send_data(stream: &mut h2::SendStream<Bytes>, mut data: Bytes) -> Result<()> {
    while !data.is_empty() {
        stream.reserve_capacity(data.len());
        let capacity = std::future::poll_fn(|context| stream.poll_capacity(context)).await.context("the stream is gone")??;
        stream.send_data(data.split_to(capacity.min(data.len())), false)?;
    }
    Ok(())
}

fn header_map(fields: Vec<(String, Vec<u8>)>) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_bytes(&value)?);
    }
    Ok(headers)
}
