//! A collector of OpenTelemetry logs that answers as a test says. Every request must be a valid `ExportLogsServiceRequest` by the official
//! definitions.

use crate::suite::RUNTIME;
use anyhow::{Context, Result, ensure};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use prost::Message as _;
use serde_json::{Map, Value};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What a collector does with a request.
#[derive(Debug, Clone, Copy)]
pub enum Conduct {
    /// Takes it.
    Take,
    /// Answers with this status and, where it has one, this `retry-after`.
    Refuse(u16, &'static str),
    /// Takes it but for so many records.
    TakePart(i64),
    /// Takes it after so many milliseconds.
    Slow(u64),
    /// Closes the connection.
    Reset,
    /// Never answers.
    Silent,
}

/// A running collector. It ends with the runtime that it was started on.
#[derive(Debug)]
pub struct Collector {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    script: Vec<Conduct>,
    requests: Mutex<Vec<Request>>,
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Request {
    /// When.
    pub at: Instant,
    /// Its first line and its fields, as they came.
    pub head: String,
    /// Its body as bytes.
    pub body: Vec<u8>,
    /// And as a message; `Err` says why it is none.
    pub message: Result<ExportLogsServiceRequest, String>,
}

impl Collector {
    /// Starts one that treats its requests by these in turn, and all that follow by the last.
    pub fn start(script: &[Conduct]) -> Result<Collector> {
        RUNTIME.block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let address = listener.local_addr()?;
            let state = Arc::new(State { script: script.to_vec(), requests: Mutex::default() });
            let shared = Arc::clone(&state);
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let state = Arc::clone(&shared);
                    // An error is the host closing the connection.
                    tokio::spawn(async move { state.serve(stream).await.unwrap_or_default() });
                }
            });
            Ok(Collector { address, state })
        })
    }

    /// Its URL.
    pub fn endpoint(&self) -> String {
        format!("http://{}/v1/logs", self.address)
    }

    /// What came so far.
    pub fn requests(&self) -> Vec<Request> {
        self.state.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All records that came so far, those that were sent again as well; fails where a request was no valid one.
    pub fn records(&self) -> Result<Vec<LogRecord>> {
        let mut records = Vec::new();
        for request in self.requests() {
            let message = request.message.map_err(anyhow::Error::msg)?;
            let logs = message.resource_logs.into_iter().flat_map(|resource| resource.scope_logs).flat_map(|scope| scope.log_records);
            records.extend(logs);
        }
        Ok(records)
    }

    /// Waits until so many requests came.
    pub fn wait_for(&self, requests: usize) -> Result<Vec<Request>> {
        let started = Instant::now();
        while self.requests().len() < requests {
            let so_far = self.requests();
            ensure!(started.elapsed() < Duration::from_secs(20), "not {requests} requests after 20 s: {so_far:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(self.requests())
    }
}

impl State {
    async fn serve(&self, mut stream: TcpStream) -> Result<()> {
        stream.set_nodelay(true)?;
        let mut bytes = Vec::new();
        loop {
            let end = loop {
                if let Some(end) = memchr::memmem::find(&bytes, b"\r\n\r\n") {
                    break end + 4;
                }
                ensure!(stream.read_buf(&mut bytes).await? > 0, "closed");
            };
            let head = String::from_utf8(bytes.drain(..end).collect())?;
            let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            let length: usize = length.with_context(|| format!("no length: {head}"))?;
            while bytes.len() < length {
                ensure!(stream.read_buf(&mut bytes).await? > 0, "closed");
            }
            let body: Vec<u8> = bytes.drain(..length).collect();
            let conduct = {
                let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
                let conduct = self.script.get(requests.len()).or(self.script.last()).copied();
                requests.push(Request { at: Instant::now(), head, message: decode(&body), body });
                conduct.unwrap_or(Conduct::Take)
            };
            let (status, retry_after, rejected) = match conduct {
                Conduct::Take => (200, "", 0),
                Conduct::Refuse(status, retry_after) => (status, retry_after, 0),
                Conduct::TakePart(rejected) => (200, "", rejected),
                Conduct::Slow(millis) => {
                    tokio::time::sleep(Duration::from_millis(millis)).await;
                    (200, "", 0)
                }
                Conduct::Reset => return Ok(()),
                Conduct::Silent => std::future::pending().await,
            };
            let partial =
                ExportLogsPartialSuccess { rejected_log_records: rejected, error_message: "password=hunter2 is too old".to_owned() };
            let answer = ExportLogsServiceResponse { partial_success: (rejected != 0).then_some(partial) }.encode_to_vec();
            let retry = if retry_after.is_empty() { String::new() } else { format!("retry-after: {retry_after}\r\n") };
            let head =
                format!("HTTP/1.1 {status} X\r\ncontent-type: application/x-protobuf\r\n{retry}content-length: {}\r\n\r\n", answer.len());
            stream.write_all(&[head.as_bytes(), &answer].concat()).await?;
        }
    }
}

/// A message without anything that the definitions do not know: those bytes would be gone when it is written again.
fn decode(body: &[u8]) -> Result<ExportLogsServiceRequest, String> {
    let message = ExportLogsServiceRequest::decode(body).map_err(|error| error.to_string())?;
    if message.encoded_len() != body.len() {
        return Err(format!("{} of {} bytes are known: {message:?}", message.encoded_len(), body.len()));
    }
    Ok(message)
}

/// Attributes as JSON, to compare them with a report's line.
pub fn attributes(pairs: &[KeyValue]) -> Map<String, Value> {
    pairs.iter().map(|pair| (pair.key.clone(), json(pair.value.as_ref()))).collect()
}

/// A value as JSON.
pub fn json(value: Option<&AnyValue>) -> Value {
    match value.and_then(|value| value.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.as_str().into(),
        Some(any_value::Value::BoolValue(switch)) => (*switch).into(),
        Some(any_value::Value::IntValue(number)) => (*number).into(),
        Some(any_value::Value::DoubleValue(number)) => (*number).into(),
        Some(any_value::Value::ArrayValue(list)) => list.values.iter().map(|item| json(Some(item))).collect(),
        Some(any_value::Value::KvlistValue(list)) => attributes(&list.values).into(),
        _ => Value::Null,
    }
}
