//! Finds in a decoded body what no client should see.

/// What a leak is about. The names are those of the report and of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Stack traces, panics, core dumps.
    StackTrace,
    /// An exception class with its message.
    Exception,
    /// SQL and other database errors.
    Database,
    /// Paths of the server's file system.
    FilePath,
    /// A framework's debug page.
    DebugPage,
    /// Lines of program source.
    SourceCode,
    /// Dumps of environment or configuration.
    Configuration,
    /// Credentials, tokens, keys.
    Credential,
    /// Internal hosts, addresses and connection strings.
    InternalAddress,
    /// Server and library banners with versions, and a proxy's internal failure text.
    ServerBanner,
}

impl Category {
    /// The name used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Category::StackTrace => "stack_trace",
            Category::Exception => "exception",
            Category::Database => "database",
            Category::FilePath => "file_path",
            Category::DebugPage => "debug_page",
            Category::SourceCode => "source_code",
            Category::Configuration => "configuration",
            Category::Credential => "credential",
            Category::InternalAddress => "internal_address",
            Category::ServerBanner => "server_banner",
        }
    }
}

/// One leak: which detector fired first at which place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable detector ID, for example `python.traceback`.
    pub detector: &'static str,
    /// What kind of leak it is.
    pub category: Category,
    /// Offset in the decoded body, in bytes.
    pub offset: u64,
}

/// The compiled detector table, shared by all exchanges.
#[derive(Debug)]
pub struct Detectors {}

impl Detectors {
    /// Builds the table.
    pub fn new() -> Self {
        Detectors {}
    }

    /// Scans one complete text, for example a header value.
    pub fn scan(&self, text: &[u8]) -> Vec<Finding> {
        let mut scanner = Scanner::new();
        scanner.push(self, text);
        scanner.end(self);
        scanner.findings
    }
}

/// The state of one body's scan, carried from chunk to chunk. Bounded, whatever the body.
#[derive(Debug)]
pub struct Scanner {
    findings: Vec<Finding>,
}

impl Scanner {
    /// A scan at the start of a body.
    pub fn new() -> Self {
        Scanner { findings: Vec::new() }
    }

    /// Scans the next bytes of the decoded body.
    pub fn push(&mut self, _detectors: &Detectors, _bytes: &[u8]) {}

    /// Tells that the body ended (or that no more of it will be looked at).
    pub fn end(&mut self, _detectors: &Detectors) {}

    /// What was found so far, at most one finding per detector, in order of offset.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}
