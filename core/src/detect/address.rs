//! Internal hosts and addresses, and connection strings.

use super::Category::InternalAddress;
use super::table::{Detector, literals, why};
use super::text::{
    at_number, contains, contains_any, ends_in_any, ends_in_name, first, is_any, is_digit, is_name, last, number, starts_with_any, take,
    take_back,
};
use super::view::Hit;
use crate::config::Level::{Relaxed, Standard};

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "address.private_ip",
        category: InternalAddress,
        level: Standard,
        why: why("a private address with a port"),
        anchors: literals!["10.", "192.168.", "172.", "127.0.", "169.254.169.254", "100.64."],
        any_case: false,
        check: private_ip,
    },
    Detector {
        id: "address.host",
        category: InternalAddress,
        level: Standard,
        why: why("a host below a domain that only exists inside"),
        anchors: literals![".internal", ".local", ".corp", ".lan", ".intra", ".consul", ".svc"],
        any_case: false,
        check: host,
    },
    Detector {
        id: "address.service_port",
        category: InternalAddress,
        level: Standard,
        why: why("a host with the port of a database, queue or cluster service, which no client talks to"),
        anchors: literals![
            ":5432", ":5433", ":3306", ":33060", ":6379", ":26379", ":27017", ":27018", ":9200", ":9300", ":9092", ":9093", ":5672",
            ":15672", ":11211", ":1433", ":1521", ":2379", ":2380", ":8500", ":8300", ":9042", ":4222", ":2181", ":50051", ":5984",
            ":7687", ":8086", ":8123", ":6432", ":3389", ":1883", ":61616",
        ],
        any_case: false,
        check: service_port,
    },
    Detector {
        id: "address.single_label",
        category: InternalAddress,
        level: Standard,
        why: why("a URL whose host has no domain: a name of the inner network"),
        anchors: literals!["://"],
        any_case: false,
        check: single_label,
    },
    Detector {
        id: "address.named_private_ip",
        category: InternalAddress,
        level: Standard,
        why: why("a private address that something was to connect to"),
        anchors: literals!["10.", "192.168.", "172.", "100.64.", "[fd", "[fc"],
        any_case: false,
        check: named_private_ip,
    },
    Detector {
        id: "address.localhost",
        category: InternalAddress,
        level: Standard,
        why: why("a service on the same machine"),
        anchors: literals!["localhost:", "[::1]:", "0.0.0.0:", "host.docker.internal"],
        any_case: false,
        check: localhost,
    },
    Detector {
        id: "address.connection",
        category: InternalAddress,
        level: Standard,
        why: why("a connection that failed, with its other end"),
        anchors: literals![
            "dial tcp",
            "dial unix",
            "dial udp",
            "lookup ",
            "read tcp ",
            "write tcp ",
            "Connection refused: ",
            "connection to server at \"",
            "could not connect to server: ",
            "Connection to ",
            "Failed to establish a new connection",
            "Could not connect to ",
            "Failed to connect to ",
            "failed to connect to ",
            "failure in name resol",
            "Name or service not known",
            "nodename nor servname",
            "Cannot connect to host ",
            "connecting to ",
            "Couldn't connect to server",
            "Could not resolve host",
            "Failed to resolve '",
            "Connect call failed (",
        ],
        any_case: false,
        check: connection,
    },
    Detector {
        id: "address.connection_string",
        category: InternalAddress,
        level: Relaxed,
        why: why("where a database, queue or cache is"),
        anchors: literals![
            "jdbc:",
            "postgres://",
            "postgresql://",
            "mysql://",
            "mariadb://",
            "mongodb://",
            "mongodb+srv://",
            "redis://",
            "rediss://",
            "amqp://",
            "amqps://",
            "kafka://",
            "mssql://",
            "sqlserver://",
            "sqlite://",
            "ldap://",
            "ldaps://",
            "nats://",
            "memcached://",
            "cassandra://",
            "unix://",
            "Data Source=",
            "Server=tcp:",
            "mysql:host=",
            "pgsql:host=",
            "s3://",
            "gs://",
        ],
        any_case: false,
        check: connection_string,
    },
];

fn service_port(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, host) =
        take_back(hit.before(), |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b']' | b'[' | b':' | b'`'));
    let named = host.last().is_some_and(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b']' | b'`'));
    // A time, a ratio, an offset in a file: no host is made of digits alone, and none looks like a file.
    let letters = host.iter().any(u8::is_ascii_alphabetic) || host.iter().filter(|&&byte| byte == b'.').count() == 3;
    let ends = hit.after().first().is_none_or(|&byte| !is_name(byte) && byte != b'.');
    let place = super::path::is_source_file(host)
        || before.last().is_some_and(|&byte| matches!(byte, b'/' | b'\\' | b'%')) && !before.ends_with(b"//");
    (named && letters && ends && !place).then_some(before.len())
}

/// `http://inventory:8080/x`. Not in script, where the rest of the URL is computed, and not the names of examples.
fn single_label(hit: &mut Hit<'_>) -> Option<usize> {
    let (before, scheme) = take_back(hit.before(), |byte| byte.is_ascii_alphanumeric() || byte == b'+');
    let known = is_any(scheme, &["http", "https", "tcp", "udp", "ws", "wss", "grpc", "grpcs", "h2c", "tls", "ssl"]);
    let (host, rest) = take(first(hit.after(), 80), |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let (port, end) = match rest.strip_prefix(b":") {
        Some(rest) => take(rest, is_digit),
        None => (&[][..], rest),
    };
    let closed = end
        .first()
        .is_none_or(|byte| matches!(byte, b'/' | b'"' | b'\'' | b' ' | b')' | b']' | b'\\' | b'?' | b',' | b'<' | b'`' | b'&' | b';'));
    let word = host.first().is_some_and(u8::is_ascii_alphabetic) && host.len() > 1;
    let public = is_any(
        host,
        &["localhost", "www", "host", "hostname", "domain", "example", "your-domain", "server", "url", "user", "your", "site", "path"],
    );
    let meant = !port.is_empty() || rest.starts_with(b"/") && host.len() > 2;
    (known && word && closed && meant && !public).then_some(before.len())
}

/// An address alone may be the client's own: somebody must have wanted to reach it.
fn named_private_ip(hit: &mut Hit<'_>) -> Option<usize> {
    if hit.before().last().is_some_and(|&byte| is_name(byte) || matches!(byte, b'.' | b'-' | b'/')) && !hit.before().ends_with(b"//") {
        return None;
    }
    let address = hit.line.get(hit.start..)?;
    let local = if address.starts_with(b"[") {
        let (inside, rest) = take(address.get(1..)?, |byte| byte.is_ascii_hexdigit() || byte == b':');
        rest.starts_with(b"]") && inside.iter().filter(|&&byte| byte == b':').count() >= 2
    } else {
        is_private(take(first(address, 16), |byte| is_digit(byte) || byte == b'.').0)
    };
    if !local {
        return None;
    }
    (is_wanted(hit.before()) || is_host_member(hit.before())).then_some(hit.start)
}

/// Whether something was to connect to what stands behind this.
fn is_wanted(before: &[u8]) -> bool {
    let near = last(before, 48).to_ascii_lowercase();
    contains_any(
        &near,
        &[
            "connect",
            "upstream",
            "dial",
            "reach",
            "://",
            "resolve",
            "host=",
            "host:",
            "addr=",
            "addr:",
            "server=",
            "server:",
            "peer",
            "backend",
            "endpoint",
            "node ",
            "refused",
            "timeout",
            "route to ",
        ],
    )
}

/// Whether a member with a host begins here: `"host":"`, `'hostname': '`.
fn is_host_member(before: &[u8]) -> bool {
    let (member, between) = take_back(before, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b':' | b' '));
    between.contains(&b':') && !between.ends_with(b":") && !between.ends_with(b" ") && ends_in_any(member, &["host", "hostname"])
}

/// Whether a text is a private IPv4 address (RFC 1918, RFC 6598).
fn is_private(address: &[u8]) -> bool {
    let address = address.strip_suffix(b".").unwrap_or(address);
    // Most numbers that begin like one are prices.
    if address.len() < "10.0.0.0".len() {
        return false;
    }
    let mut parts = address.split(|&byte| byte == b'.');
    let parts: [u16; 4] =
        std::array::from_fn(|_| parts.next().and_then(|part| std::str::from_utf8(part).ok()?.parse().ok()).unwrap_or(u16::MAX));
    match parts {
        _ if parts.iter().any(|&part| part > 255) => false,
        [10, ..] | [192, 168, ..] | [127, ..] => true,
        [172, second, ..] => (16..=31).contains(&second),
        [100, second, ..] => (64..=127).contains(&second),
        _ => false,
    }
}

fn private_ip(hit: &mut Hit<'_>) -> Option<usize> {
    if hit.before().last().is_some_and(|&byte| is_name(byte) || matches!(byte, b'.' | b'-')) {
        return None;
    }
    let address = hit.line.get(hit.start..)?;
    let (address, rest) = take(first(address, 16), |byte| is_digit(byte) || byte == b'.');
    let rest = if rest.is_empty() { hit.line.get(hit.start.saturating_add(address.len())..)? } else { rest };
    let port = rest.strip_prefix(b":").is_some_and(at_number);
    (address == b"169.254.169.254" || port && is_private(address)).then_some(hit.start)
}

fn host(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let rest = hit.after();
    let (before, name) = take_back(hit.before(), |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    let labels = name.split(|&byte| byte == b'.').all(|label| !label.is_empty());
    if !labels || rest.first().is_some_and(|&byte| is_name(byte) || byte == b'-') && word != ".svc" {
        return None;
    }
    let port =
        rest.strip_prefix(b":").and_then(number).is_some_and(|rest| !rest.first().is_some_and(|&byte| byte == b':' || is_name(byte)));
    let url = before.ends_with(b"://");
    let cloud = word == ".internal"
        && (name.ends_with(b".ec2") || name.ends_with(b".compute") || name.ends_with(b".google") || name.starts_with(b"ip-"));
    let cluster = word == ".svc" && (starts_with_any(rest, &[".cluster", ":"]) || url) || word == ".consul" && contains(name, ".service");
    // A machine's own name says so by its dash: `cart-db-2.internal`. No program calls a member so, and nobody's mail goes there.
    let machine = word != ".svc" && word != ".local" && name.len() > 4 && name.contains(&b'-') && !before.ends_with(b"@");
    let alone = machine && is_wanted(before) && rest.first().is_none_or(|byte| matches!(byte, b' ' | b'"' | b'\'' | b'<' | b'\\' | b','));
    (cloud || cluster || alone || word != ".svc" && (port || url || is_host_member(before))).then_some(before.len())
}

fn localhost(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let own = !hit.before().last().is_some_and(|&byte| is_name(byte) || matches!(byte, b'.' | b'-'));
    (own && (word == "host.docker.internal" || number(hit.after()).is_some())).then_some(hit.start)
}

fn connection(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    let after = first(hit.after(), 200);
    let (target, rest) = take(after.trim_ascii_start(), |byte| is_name(byte) || matches!(byte, b'.' | b'-' | b'/' | b'['));
    let port = rest.strip_prefix(b":").is_some_and(at_number);
    match word {
        "Failed to connect to " if starts_with_any(rest, &[" port "]) => true,
        "connecting to " => port && contains_any(last(hit.before(), 20), &["rror "]),
        "Cannot connect to host " => port,
        "Could not resolve host" => after.starts_with(b": "),
        "Couldn't connect to server" | "Failed to resolve '" | "Connect call failed (" => !hit.before().is_empty() || !after.is_empty(),
        "dial tcp" | "dial udp" => matches!(after.first(), Some(b' ' | b':' | b'4' | b'6')),
        "dial unix" => after.starts_with(b" "),
        "lookup " => {
            contains_any(after, &[": no such host", ": i/o timeout", ": server misbehaving", " on "])
                && !ends_in_name(hit.before())
                && contains_any(after, &["no such host", "i/o timeout", "misbehaving"])
        }
        "Connection to "
        | "Failed to connect to "
        | "failed to connect to "
        | "Could not connect to "
        | "could not connect to server: " => !target.is_empty() && port || contains(after, "Is the server running"),
        "Connection refused: " => target.contains(&b'/') || port,
        "connection to server at \"" => contains_any(after, &["failed", "port"]),
        "failure in name resol" | "Name or service not known" | "nodename nor servname" => {
            contains_any(last(hit.before(), 120), &["Errno", "rror", "resolve", "getaddrinfo", "host"])
        }
        _ => true,
    }
    .then_some(hit.start)
}

fn connection_string(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    if ends_in_name(hit.before()) && word != "Data Source=" {
        return None;
    }
    let (target, rest) = take(hit.after(), |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'<' | b'>'));
    match word {
        "jdbc:" => {
            let (driver, rest) = take(target, |byte| byte.is_ascii_alphanumeric());
            driver.len() > 1 && rest.starts_with(b":")
        }
        "Data Source=" => contains_any(hit.after(), &[";"]) && target.len() > 2 || !rest.is_empty() && target.len() > 2,
        _ => target.len() > 2 && target.first().is_some_and(|byte| byte.is_ascii_graphic()) && !target.starts_with(b"..."),
    }
    .then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "address.private_ip",
        leaks: &["connect 10.0.3.7:5432", "http://192.168.1.4:8080/", "172.16.0.1:80", "127.0.0.1:6379"],
        clean: &["Your address is 10.0.3.7.", "version 10.4:1", "172.15.0.1:80", "110.0.0.1:80", "at 10.30:15", "10.0.0.256:80"],
    },
    super::tests::Example {
        id: "address.host",
        leaks: &[
            "db.prod.internal:5432",
            "http://orders.default.svc.cluster.local/x",
            "https://cart.corp/x",
            "ip-10-0-3-7.ec2.internal",
            "{\"host\":\"db.acme.lan\"}",
            "no route to cart-db-2.internal",
        ],
        clean: &[
            "this.local.value",
            "my printer.local is off",
            "write to it@corp.local for help",
            "write to help@it-desk.corp or see it-desk.corp/help",
            "the app-data.local file",
            "The domain my-site.internal is reserved",
            "an e.internal()",
            "orders.localhost",
            "the file image.svg",
        ],
    },
    super::tests::Example {
        id: "address.service_port",
        leaks: &["mongo:27017", "orders-db-01.prod.acme.example:5432 timed out", "[fd00::1]:5432", "Can't reach `db`:5432"],
        clean: &["at 10:5432", "ratio 3:3306", "12:6379", "see orders:33069"],
    },
    super::tests::Example {
        id: "address.single_label",
        leaks: &["http://inventory:8080/items", "for url (http://users/x)", "grpc://billing:9000"],
        clean: &["http://localhost/x is yours", "\"http://\"+host", "https://shop.example/x", "see http://www/ for", "chrome://settings/x"],
    },
    super::tests::Example {
        id: "address.named_private_ip",
        leaks: &["connection to 10.12.13.14 timed out", "upstream [fd00::1] failed", "{\"host\": \"10.0.3.7\", \"port\": 5432}"],
        clean: &["Your address is 10.0.3.7.", "version 10.4 connects", "connect 172.15.0.1", "{\"ip\":\"10.0.3.7\"}"],
    },
    super::tests::Example {
        id: "address.localhost",
        leaks: &["connect to localhost:5432", "[::1]:8080"],
        clean: &["localhost: the same machine", "mylocalhost:80"],
    },
    super::tests::Example {
        id: "address.connection",
        leaks: &[
            "dial tcp: lookup db on x: no such host",
            "lookup db: no such host",
            "connection to server at \"db\", port 5432 failed",
            "Failed to connect to cache-1:6379",
            "Connection to db:5432 refused. Check that the hostname",
            "Error 111 connecting to cache:6390. Connection refused.",
            "Failed to connect to inventory port 8089 after 0 ms",
        ],
        clean: &[
            "lookup on our map",
            "Connection to the server was lost",
            "Could not resolve host name you entered",
            "Could not connect to the payment service.",
        ],
    },
    super::tests::Example {
        id: "address.connection_string",
        leaks: &["jdbc:postgresql://db/shop", "redis://cache/0", "postgres://db/shop", "mongodb+srv://cluster0.x/"],
        clean: &["about jdbc: it is old", "We use redis:// as a scheme", "Data Source= you"],
    },
];
