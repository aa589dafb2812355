//! Absolute paths of the server's file system. Routes and links look alike, so a path must show that it is none:
//! by where it starts, by a directory that only file systems have, or by the kind of file at its end.

use super::Category::FilePath;
use super::table::{Detector, literals, why};
use super::text::{
    at_number, contains_any, ends_in_name, is_any, is_any_case, is_name, is_path, last, lead, starts_with_any, take, take_back,
};
use super::view::Hit;
use crate::config::Level::{Relaxed, Standard};

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "path.system",
        category: FilePath,
        level: Relaxed,
        why: why("a path below a directory that every Unix has and no site has as a route"),
        anchors: literals![
            "/usr/",
            "/var/",
            "/etc/",
            "/opt/",
            "/srv/",
            "/root/",
            "/proc/",
            "/tmp/",
            "/nix/store/",
            "/private/var/",
            "/private/tmp/",
            "/run/secrets/",
            "/layers/",
            "/__w/",
            "/lib/x86_64",
        ],
        any_case: false,
        check: system,
    },
    Detector {
        id: "path.home",
        category: FilePath,
        level: Standard,
        why: why("a path in somebody's home or in a container's work directory, to a file of the application"),
        anchors: literals![
            "/home/",
            "/Users/",
            "/app/",
            "/application/",
            "/src/",
            "/code/",
            "/workspace/",
            "/data/",
            "/builds/",
            "/project/",
            "/deploy/",
            "/mnt/",
            "/vagrant/",
            "/go/",
            "/build/",
            "/work/",
            "/web/",
            "/www/",
            "/service/",
            "/server/",
            "/backend/",
            "/api/",
            "/function/",
            "/htdocs/",
        ],
        any_case: false,
        check: home,
    },
    Detector {
        id: "path.packages",
        category: FilePath,
        level: Relaxed,
        why: why("a directory that only installed dependencies have"),
        anchors: literals![
            "/node_modules/",
            "/site-packages/",
            "/dist-packages/",
            "/vendor/bundle/",
            "/vendor/laravel/",
            "/vendor/symfony/",
            "/gems/",
        ],
        any_case: false,
        check: packages,
    },
    Detector {
        id: "path.windows",
        category: FilePath,
        level: Standard,
        why: why("a path with a drive"),
        // With its letter: what has only two bytes passes the filter too often.
        anchors: literals![
            "a:\\", "b:\\", "c:\\", "d:\\", "e:\\", "f:\\", "g:\\", "h:\\", "i:\\", "j:\\", "k:\\", "l:\\", "m:\\", "n:\\", "o:\\", "p:\\",
            "q:\\", "r:\\", "s:\\", "t:\\", "u:\\", "v:\\", "w:\\", "x:\\", "y:\\", "z:\\", "a:/", "b:/", "c:/", "d:/", "e:/", "f:/",
            "g:/", "h:/", "i:/", "j:/", "k:/", "l:/", "m:/", "n:/", "o:/", "p:/", "q:/", "r:/", "s:/", "t:/", "u:/", "v:/", "w:/", "x:/",
            "y:/", "z:/",
        ],
        any_case: true,
        check: windows,
    },
    Detector {
        id: "path.iis",
        category: FilePath,
        level: Standard,
        why: why("the directory of IIS's sites"),
        anchors: literals!["inetpub"],
        any_case: true,
        check: iis,
    },
    Detector {
        id: "path.source_line",
        category: FilePath,
        level: Standard,
        why: why("a file of Python with a line"),
        anchors: literals![".py:", ".pyx:", ".lua:", ".swift:", ".dart:", ".jl:", ".nim:", ".zig:", ".cr:"],
        any_case: false,
        check: source_line,
    },
];

/// A whole name, with a separator on a side.
fn iis(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, after) = (hit.before().last(), hit.after().first());
    let whole = ![before, after].into_iter().flatten().any(|&byte| is_name(byte));
    let separated = [before, after].into_iter().flatten().any(|byte| matches!(byte, b'/' | b'\\'));
    (whole && separated).then_some(hit.start)
}

/// Whether something in front of a `/` makes it the middle of a URL, of a relative path or of a name.
fn continues(before: &[u8]) -> bool {
    // `file:///srv/x` is a path all the same.
    if before.ends_with(b"file://") {
        return false;
    }
    ends_in_name(before) || before.last().is_some_and(|&byte| matches!(byte, b'.' | b'/' | b'-' | b'}' | b']' | b'%' | b'~' | b'@'))
}

/// The path from `start` on, without what closes a sentence or a pair.
fn path_at(line: &[u8], start: usize) -> &[u8] {
    let path = line.get(start..).unwrap_or_default();
    let path = path.get(..lead(path, |byte| is_path(byte) && byte != b'\\')).unwrap_or_default();
    let end = path.len().saturating_sub(super::text::trail(path, |byte| byte == b'.'));
    path.get(..end).unwrap_or_default()
}

/// Whether the text in front of a path says that it is a link or a route: an attribute, a JSON member, a request line.
fn is_link(before: &[u8]) -> bool {
    let near = last(before, 40);
    let near = without_quote(near);
    let (rest, _) = take_back(near, |byte| matches!(byte, b'"' | b'\'' | b'`' | b' ' | b'\\' | b'(' | b'='));
    let separated = rest.len() != before.len().min(40);
    let rest = rest.strip_suffix(b":").map_or(rest, |rest| rest.trim_ascii_end());
    let rest = without_quote(take_back(rest, |byte| matches!(byte, b'"' | b'\'' | b'\\')).0);
    let (_, word) = take_back(rest, |byte| is_name(byte) || byte == b'-');
    separated && is_any_case(word, LINK_WORDS)
}

/// Without a quote at the end that is written as an entity.
fn without_quote(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"&quot;").or_else(|| text.strip_suffix(b"&#34;")).unwrap_or(text)
}

fn segments(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/').filter(|segment| !segment.is_empty())
}

/// The lower-cased ending of a file name, if it is one of `kinds`.
fn has_ending(path: &[u8], kinds: &[&str]) -> bool {
    let name = path.rsplit(|&byte| matches!(byte, b'/' | b'\\')).next().unwrap_or_default();
    match name.iter().rposition(|&byte| byte == b'.') {
        Some(dot) if dot > 0 => is_any_case(name.get(dot.saturating_add(1)..).unwrap_or_default(), kinds),
        _ => false,
    }
}

/// Whether a path ends in a file of program source, as detectors of JSON members ask.
pub(crate) fn is_source_file(path: &[u8]) -> bool {
    has_ending(path, SOURCE) || has_ending(path, SCRIPT)
}

fn system(hit: &mut Hit<'_>) -> Option<usize> {
    if continues(hit.before()) {
        return None;
    }
    let path = path_at(hit.line, hit.start);
    let mut parts = segments(path);
    let root = parts.next()?;
    let first = parts.next()?;
    let deeper = parts.count();
    let file = has_ending(path, SOURCE) || has_ending(path, SCRIPT) || has_ending(path, SERVER_FILE);
    let known = match root {
        b"usr" => {
            is_any(first, &["lib", "lib64", "local", "share", "bin", "sbin", "src", "include", "libexec", "app", "games"])
                && (deeper > 0 || file)
        }
        b"var" => is_any(
            first,
            &[
                "www",
                "lib",
                "log",
                "run",
                "task",
                "folders",
                "opt",
                "app",
                "cache",
                "tmp",
                "spool",
                "runtime",
                "mail",
                "lock",
                "backups",
                "db",
                "jenkins_home",
            ],
        ),
        b"etc" => {
            // Adobe's sites have the route `/etc/designs/`.
            file || deeper > 0 && first != b"designs" && !is_link(hit.before())
                || is_any(
                    first,
                    &[
                        "passwd",
                        "shadow",
                        "hosts",
                        "hostname",
                        "ssl",
                        "nginx",
                        "apache2",
                        "httpd",
                        "php",
                        "mysql",
                        "postgresql",
                        "kubernetes",
                        "ssh",
                    ],
                )
        }
        // What the data of a server lies below is told in sentences, too.
        b"srv" => file || (deeper > 0 || hit.before().ends_with(b" ")) && !is_link(hit.before()),
        b"opt" => file || deeper > 0 && !is_link(hit.before()),
        b"root" => file || deeper > 0 && !is_link(hit.before()) || first.first() == Some(&b'.'),
        b"proc" => first == b"self" || first == b"sys" || first.iter().all(u8::is_ascii_digit),
        b"tmp" => file || !is_link(hit.before()),
        _ => true,
    };
    known.then_some(hit.start)
}

fn home(hit: &mut Hit<'_>) -> Option<usize> {
    if continues(hit.before()) {
        return None;
    }
    let path = path_at(hit.line, hit.start);
    let rest = hit.line.get(hit.start.saturating_add(path.len())..).unwrap_or_default();
    let owned = starts_with_any(path, &["/home/", "/Users/"]);
    // Most paths in an answer are none of a file: what is not needed for that is not looked at.
    if !owned && !path.contains(&b'.') {
        return None;
    }
    let numbered = || {
        rest.strip_prefix(b":").is_some_and(at_number) || starts_with_any(rest, &[" line ", "\", line ", "', line ", "(", "&quot;, line "])
    };
    let script = has_ending(path, SCRIPT);
    let source = has_ending(path, SOURCE);
    let server = has_ending(path, SERVER_FILE) && !has_ending(path, &["json", "xml"]);
    if !(owned || script || source || server) {
        return None;
    }
    let telling = || segments(path).skip(1).any(|segment| is_any(segment, TELLING));
    let link = is_link(hit.before());
    let known = if link {
        numbered() && (source || script)
    } else {
        source
            || script && (numbered() || owned || telling())
            || server && segments(path).count() > 2
            || owned && telling() && segments(path).count() > 2
    };
    known.then_some(hit.start)
}

fn packages(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, path) = take_back(hit.before(), is_path);
    let url = before.ends_with(b":") && path.starts_with(b"//") || is_link(before);
    let versioned = hit.line.get(hit.start..hit.end)? != b"/gems/" || hit.after().iter().take(40).any(u8::is_ascii_digit);
    let (name, _) = take(hit.after(), is_path);
    (!url && versioned && (path.starts_with(b"/") || is_source_file(name))).then_some(before.len())
}

fn windows(hit: &mut Hit<'_>) -> Option<usize> {
    let before = hit.before();
    if ends_in_name(before) && !before.ends_with(b"\\n") || before.last() == Some(&b'.') {
        return None;
    }
    let after = hit.after();
    if after.first() == Some(&b'/') {
        return None;
    }
    // JSON in the raw view has each backslash twice.
    let after = after.get(lead(after, |byte| byte == b'\\')..)?;
    let path = after.get(..lead(after, |byte| is_path(byte) || matches!(byte, b' ' | b'(' | b')'))).unwrap_or_default();
    let (word, _) = take(path, is_path);
    let root = path.split(|&byte| matches!(byte, b'/' | b'\\')).next().unwrap_or_default();
    let deeper = word.iter().any(|&byte| matches!(byte, b'/' | b'\\'));
    let named = path.iter().any(|&byte| matches!(byte, b'/' | b'\\')) && is_any_case(root, WINDOWS_ROOTS);
    let (file, _) = take(word, |byte| byte != b':');
    // In the raw view of JSON a line break behind the path looks like one more segment.
    let ending = file
        .split(|&byte| matches!(byte, b'/' | b'\\'))
        .any(|part| [SOURCE, SCRIPT, SERVER_FILE].iter().any(|kinds| has_ending(part, kinds)));
    let slash = hit.line.get(hit.end.saturating_sub(1)) == Some(&b'/');
    (named || ending && (deeper || !slash)).then_some(hit.start)
}

fn source_line(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, path) = take_back(hit.before(), |byte| is_path(byte) || byte == b':');
    let host = contains_any(path, &["://"]) || path.starts_with(b"//");
    let local = path.contains(&b'/')
        || super::text::number(hit.after())
            .is_some_and(|rest| rest.first().is_none_or(|&byte| matches!(byte, b':' | b' ' | b')' | b'\\' | b'"')));
    (!host && local && ends_in_name(path) && at_number(hit.after())).then_some(before.len())
}

/// Words before a path that make it a link or a route: attributes, JSON members, request methods.
const LINK_WORDS: &[&str] = &[
    "href",
    "src",
    "action",
    "content",
    "srcset",
    "poster",
    "formaction",
    "url",
    "uri",
    "path",
    "pathname",
    "instance",
    "route",
    "endpoint",
    "self",
    "next",
    "prev",
    "previous",
    "first",
    "last",
    "link",
    "links",
    "location",
    "redirect",
    "resource",
    "request",
    "requesturi",
    "request_uri",
    "request_path",
    "requestpath",
    "page",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "canonical",
    "basepath",
    "base",
    "data-url",
    "data-href",
    "data-src",
    "to",
    "import",
    "from",
];

/// Kinds of files that are program source and that no browser asks for.
const SOURCE: &[&str] = &[
    "py", "pyc", "pyx", "rb", "erb", "haml", "slim", "rake", "java", "kt", "kts", "scala", "groovy", "clj", "go", "rs", "cs", "vb", "fs",
    "cshtml", "razor", "vbhtml", "ex", "exs", "erl", "eex", "heex", "pl", "pm", "c", "cc", "cpp", "cxx", "h", "hpp", "ts", "tsx", "jsx",
    "mts", "cts", "vue", "svelte", "phtml", "twig", "lua", "swift", "dart", "class", "jar", "war", "dll", "so", "pdb", "exe", "jsp", "ftl",
    "tcl", "raku", "rakumod", "scm", "rkt", "lisp", "ftl", "vm", "njk", "hbs", "pug", "ejs", "mustache", "jinja2", "liquid", "pas", "hs",
    "lhs", "ml", "mli", "jl", "nim", "zig", "hrl", "gleam", "coffee", "cfc", "vbs", "ps1", "psm1", "f90", "mm",
];

/// Kinds of files that are program source, but that browsers ask for as well.
const SCRIPT: &[&str] = &["php", "js", "mjs", "cjs", "aspx", "asp", "ashx", "cgi", "cfm", "inc"];

/// Kinds of files that are settings, data or logs of a server.
const SERVER_FILE: &[&str] = &[
    "conf",
    "cnf",
    "cfg",
    "ini",
    "env",
    "yml",
    "yaml",
    "toml",
    "properties",
    "log",
    "sock",
    "pem",
    "key",
    "crt",
    "jks",
    "p12",
    "pfx",
    "sqlite",
    "sqlite3",
    "db",
    "lock",
    "sh",
    "sql",
    "config",
    "pid",
    "bak",
    "json",
    "xml",
    "tmp",
    "mdb",
];

/// Directories that file systems have and routes have not.
const TELLING: &[&str] = &[
    "node_modules",
    "site-packages",
    "dist-packages",
    "vendor",
    "venv",
    ".venv",
    ".cache",
    ".config",
    ".local",
    ".npm",
    ".rbenv",
    ".pyenv",
    ".nvm",
    ".rvm",
    ".m2",
    ".cargo",
    ".ssh",
    ".aws",
    ".env",
    "releases",
    "public_html",
    "htdocs",
    "wwwroot",
    "projects",
    "workspace",
    "src",
    "lib",
    "bin",
    "dist",
    "runner",
    "ubuntu",
    "ec2-user",
    "deploy",
    "vagrant",
    "www-data",
    "git",
    "repos",
    "storage",
    "logs",
    "Documents",
    "Desktop",
    "Library",
];

/// Directories at the top of a drive.
const WINDOWS_ROOTS: &[&str] = &[
    "users",
    "windows",
    "inetpub",
    "program files",
    "program files (x86)",
    "programdata",
    "xampp",
    "wamp",
    "wamp64",
    "laragon",
    "www",
    "websites",
    "src",
    "projects",
    "app",
    "apps",
    "temp",
    "build",
    "builds",
    "agent",
    "agents",
    "actions-runner",
    "buildagent",
    "home",
    "dev",
    "code",
    "git",
    "repos",
    "workspace",
    "work",
    "a",
    "deploy",
    "sites",
    "web",
    "ruby",
    "python",
    "python27",
    "python39",
    "python310",
    "python311",
    "python312",
    "tools",
];

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "path.system",
        leaks: &[
            "open /usr/lib/python3.11/json/decoder.py",
            "failed to read /var/www/shop/config",
            "open('/etc/shop/shop.conf')",
            "lstat /opt/shop/releases/12",
            "{\"path\":\"/var/task/handler\"}",
            "file:///srv/shop/index",
            "write /tmp/upload-8812: no space",
            "cannot read /etc/billing/keys/current",
        ],
        clean: &[
            "https://shop.test/usr/lib/x",
            "<a href=\"/opt/out\">opt out</a>",
            "<a href=\"/opt/out/now\">opt out</a>",
            "{\"instance\":\"/srv/orders/12\"}",
            "and/or, /etc., w/o",
            "{\"css\":\"/etc/designs/shop/main\"}",
            "<link href=\"/etc/clientlibs/shop/main\">",
            "/various/things",
        ],
    },
    super::tests::Example {
        id: "path.home",
        leaks: &[
            "/app/src/foo.py",
            "open /home/deploy/shop/app/orders.rb",
            "'/Users/ann/projects/shop'",
            "at /app/server.js:12",
            "/data/shop/shop.sqlite3 is locked",
        ],
        clean: &[
            "<a href=\"/home/\">Home</a>",
            "GET /home/products/42 failed",
            "{\"path\":\"/api/v1/users\"}",
            "<script src=\"/app/main.js\"></script>",
            "see /data/12 or /api/v2/orders.json",
            "https://shop.test/home/ann/projects/a.py",
            "{\"instance\":\"/app/orders/42\"}",
        ],
    },
    super::tests::Example {
        id: "path.packages",
        leaks: &["/x/node_modules/express/lib/router/layer", "in /y/site-packages/flask/app", "/z/gems/rack-2.2.3/lib/rack"],
        clean: &["<script src=\"/node_modules/x/y.min.js\"></script>", "https://cdn.test/node_modules/x.js", "shop for /gems/ and stones"],
    },
    super::tests::Example {
        id: "path.windows",
        leaks: &[
            "C:\\new\\table.cs",
            "in C:\\inetpub\\wwwroot\\Default",
            "D:/a/shop/x.php",
            "Could not find file 'C:\\Users\\ann\\x'",
            "E:\\web.config",
        ],
        clean: &["Plan A:\\nfirst line\\nsecond line", "use drive C:\\> please", "http://shop.test/a", "ratio a:/b", "s://x/y.php"],
    },
    super::tests::Example {
        id: "path.iis",
        leaks: &["below \\inetpub", "C:/Inetpub is full"],
        clean: &["https://www.cabinetpublic.test/", "by INetPub GmbH"],
    },
    super::tests::Example {
        id: "path.source_line",
        leaks: &["app/views.py:12: error", "views.py:12:5", "handlers/x.lua:8: attempt to index"],
        clean: &["https://shop.com.py:8443/x", "read views.py: it is short"],
    },
];
