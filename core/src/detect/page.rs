//! Debug pages of frameworks: texts that only these pages have. A framework's production page is none of them.

use super::Category::DebugPage;
use super::table::{Detector, literal, literals, why};
use super::text::{contains, contains_any, first, last};
use super::view::Hit;
use crate::config::Level::Relaxed;

pub(crate) const DETECTORS: &[Detector] = &[
    Detector {
        id: "page.werkzeug",
        category: DebugPage,
        level: Relaxed,
        why: why("Werkzeug's interactive debugger (Flask)"),
        anchors: literals!["Werkzeug Debugger", "__debugger__", "caught an exception in your WSGI", "CONSOLE_MODE = ", "EVALEX = ",],
        any_case: false,
        check: literal,
    },
    Detector {
        id: "page.django",
        category: DebugPage,
        level: Relaxed,
        why: why("Django's page with DEBUG = True"),
        anchors: literals![
            "You're seeing this error because you have",
            "Django Version:",
            "Exception Location:",
            "Using the URLconf defined in ",
            "Python Executable:",
            "Django tried these URL patterns",
            "DEBUG = True",
            "<code>DEBUG",
            "Template-loader postmortem",
        ],
        any_case: false,
        check: django,
    },
    Detector {
        id: "page.laravel",
        category: DebugPage,
        level: Relaxed,
        why: why("Laravel's and Ignition's page"),
        anchors: literals![
            "window.ignite(",
            "laravel-ignition",
            "flareapp.io",
            "ignition.",
            "Illuminate\\Foundation\\",
            "Illuminate\\Routing\\",
            "Illuminate\\Pipeline\\",
            "laravel/framework",
        ],
        any_case: false,
        check: laravel,
    },
    Detector {
        id: "page.symfony",
        category: DebugPage,
        level: Relaxed,
        why: why("Symfony's page, its dumps and its profiler"),
        anchors: literals![
            "Symfony Exception",
            "sf-dump",
            "Symfony\\Component\\",
            "Symfony\\Bundle\\",
            "exception-message-wrapper",
            "/_profiler/",
            "x-debug-token",
        ],
        any_case: false,
        check: symfony,
    },
    Detector {
        id: "page.whoops",
        category: DebugPage,
        level: Relaxed,
        why: why("the Whoops page of PHP"),
        anchors: literals!["Whoops! There was an error", "Whoops container", "Whoops\\Run", "Whoops\\Handler", "Whoops\\Exception"],
        any_case: false,
        check: literal,
    },
    Detector {
        id: "page.php_frameworks",
        category: DebugPage,
        level: Relaxed,
        why: why("the pages of CodeIgniter, CakePHP, Yii, Slim, Xdebug and of phpinfo()"),
        anchors: literals![
            "A PHP Error was encountered",
            "cake-error",
            "cakeErr",
            "CodeIgniter\\",
            "Cake\\",
            "yii\\base\\",
            "xdebug-error",
            "<title>phpinfo()",
            "xe-",
            "PHP License as published by the PHP Group",
        ],
        any_case: false,
        check: php_frameworks,
    },
    Detector {
        id: "page.rails",
        category: DebugPage,
        level: Relaxed,
        why: why("Rails' page in development, and better_errors"),
        anchors: literals![
            "Action Controller: Exception caught",
            "Rails.root: ",
            "Application Trace",
            "Framework Trace",
            "better_errors",
            "BetterErrors",
            "Extracted source (around line",
            "Rack::ShowExceptions",
            "You're seeing this error because you use",
            "Puma caught this error",
            "web-console",
        ],
        any_case: false,
        check: rails,
    },
    Detector {
        id: "page.aspnet",
        category: DebugPage,
        level: Relaxed,
        why: why("the yellow page of ASP.NET, the developer page of ASP.NET Core, the detailed page of IIS"),
        anchors: literals![
            "An unhandled exception occurred during the execution of",
            "An unhandled exception occurred while processing the request",
            "exception was generated during the exec",
            "Server Error in '/",
            "Microsoft .NET Framework Version:",
            "[HttpException",
            "Detailed Error Information",
            "Physical Path",
            "rawExceptionStackTrace",
            "customErrors mode=",
            "An error occurred during the compilation of a resource",
        ],
        any_case: false,
        check: aspnet,
    },
    Detector {
        id: "page.java",
        category: DebugPage,
        level: Relaxed,
        why: why("the pages of Tomcat, Jetty, Spring, Struts, Grails, Play and Quarkus that name what failed"),
        anchors: literals![
            "Exception Report",
            "stack trace of the root c",
            "Struts Problem Report",
            "Grails Runtime Exception",
            "Powered by Jetty",
            "<th>SERVLET:</th>",
            "<th>CAUSED BY:</th>",
            "javax.servlet.",
            "jakarta.servlet.",
            "play.api.",
            "org.apache.catalina.",
            "org.springframework.",
            "Error id ",
        ],
        any_case: false,
        check: java,
    },
    Detector {
        id: "page.node",
        category: DebugPage,
        level: Relaxed,
        why: why("the overlays and development pages of JavaScript frameworks"),
        anchors: literals![
            "vite-error-overlay",
            "nextjs-portal",
            "__NEXT_REDBOX",
            "webpack-dev-server",
            "__nuxt_error",
            "data-nextjs-dialog",
            "\"err\":{\"name\":",
            "Cannot find module './",
        ],
        any_case: false,
        check: node,
    },
    Detector {
        id: "page.phoenix",
        category: DebugPage,
        level: Relaxed,
        why: why("the debugger of Plug and Phoenix"),
        anchors: literals!["Plug.Debugger", "Phoenix.Router", "Plug.Conn", "Elixir.Phoenix", "Phoenix.ActionClauseError", "Plug.Parsers"],
        any_case: false,
        check: literal,
    },
];

fn node(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    // Next's page in production names no class.
    (word != "\"err\":{\"name\":" || !hit.after().starts_with(b"\"Internal Server Error")).then_some(hit.start)
}

fn django(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    (word != "You're seeing this error because you have" || contains(first(hit.after(), 40), "DEBUG")).then_some(hit.start)
}

fn laravel(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "ignition." => contains_any(hit.after(), &["flareapp", "tailwind", "stack"]),
        "flareapp.io" => contains_any(hit.line, &["ignition", "share"]),
        _ => true,
    }
    .then_some(hit.start)
}

fn symfony(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    (word != "sf-dump" || contains_any(first(hit.after(), 40), &["-", "\"", " "])).then_some(hit.start)
}

fn php_frameworks(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "xe-" => {
            contains(last(hit.before(), 20), "class=")
                && contains_any(first(hit.after(), 20), &["warning", "notice", "fatal", "uncaught", "xdebug"])
        }
        "Cake\\" | "CodeIgniter\\" => {
            hit.after().iter().take(60).any(|&byte| byte == b'\\') && hit.after().first().is_some_and(u8::is_ascii_uppercase)
        }
        _ => true,
    }
    .then_some(hit.start)
}

fn rails(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "Application Trace" | "Framework Trace" => {
            contains_any(hit.line, &["Full Trace", "Framework Trace", "trace-link", "href", "Application-Trace", "Framework-Trace"])
                || hit.before().trim_ascii().is_empty() && hit.after().trim_ascii().is_empty()
        }
        "web-console" => contains_any(hit.line, &["console.js", "session-id", "data-template"]),
        _ => true,
    }
    .then_some(hit.start)
}

fn aspnet(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "Server Error in '/" => contains(first(hit.after(), 120), "' Application"),
        "Physical Path" => contains_any(first(hit.after(), 80), &[":\\", ":&nbsp;", "</th>"]),
        "Detailed Error Information" => contains_any(first(hit.after(), 60), &[":", "<"]),
        _ => true,
    }
    .then_some(hit.start)
}

fn java(hit: &mut Hit<'_>) -> Option<usize> {
    let word = hit.word();
    match word {
        "Exception Report" => contains_any(last(hit.before(), 30), &["Type", "type"]),
        "Powered by Jetty" => contains_any(first(hit.after(), 10), &[":", "/"]),
        "Error id " => contains(first(hit.after(), 120), "org.jboss."),
        _ => true,
    }
    .then_some(hit.start)
}

#[cfg(test)]
pub(crate) const EXAMPLES: &[super::tests::Example] = &[
    super::tests::Example {
        id: "page.werkzeug",
        leaks: &["<title>ValueError // Werkzeug Debugger</title>", "?__debugger__=yes&cmd=resource"],
        clean: &["Werkzeug is German for tool"],
    },
    super::tests::Example {
        id: "page.django",
        leaks: &[
            "You're seeing this error because you have <code>DEBUG = True</code> in",
            "<th>Django Version:</th>",
            "Exception Location:",
        ],
        clean: &["You're seeing this error because you have no account", "Django is a film"],
    },
    super::tests::Example {
        id: "page.laravel",
        leaks: &["window.ignite({", "Illuminate\\Routing\\Router->dispatch"],
        clean: &["the ignition. of a motor"],
    },
    super::tests::Example {
        id: "page.symfony",
        leaks: &["<title>Boom (500) - Symfony Exception</title>", "Symfony\\Component\\HttpKernel\\HttpKernel", "<pre class=sf-dump id=x>"],
        clean: &["A symfony exception: no concert on Sunday"],
    },
    super::tests::Example {
        id: "page.whoops",
        leaks: &["<title>Whoops! There was an error.</title>", "Whoops\\Run->handleError"],
        clean: &["Whoops, looks like something went wrong."],
    },
    super::tests::Example {
        id: "page.php_frameworks",
        leaks: &["<h4>A PHP Error was encountered</h4>", "<table class='xdebug-error xe-warning'>", "<title>phpinfo()</title>"],
        clean: &["<td class=\"xe-small\">", "Cake\\ Tea"],
    },
    super::tests::Example {
        id: "page.rails",
        leaks: &[
            "<title>Action Controller: Exception caught</title>",
            "<code>Rails.root: shop</code>",
            "Application Trace | Framework Trace | Full Trace",
        ],
        clean: &["The Application Trace team is here", "open a web-console"],
    },
    super::tests::Example {
        id: "page.aspnet",
        leaks: &[
            "An unhandled exception occurred while processing the request.",
            "<h1>Server Error in '/shop' Application.<hr>",
            "<th>Physical Path</th><td>&nbsp;&nbsp;&nbsp;x</td>",
        ],
        clean: &["Server Error in '/shop'", "A Physical Path through the woods"],
    },
    super::tests::Example {
        id: "page.java",
        leaks: &["<b>Type</b> Exception Report", "<a href=\"x\">Powered by Jetty:// 9</a>", "org.springframework.web.servlet"],
        clean: &["<h1>Whitelabel Error Page</h1>", "Exception Report 2024 of the court", "Error id 1234", "org.spring of the year"],
    },
    super::tests::Example {
        id: "page.node",
        leaks: &["<vite-error-overlay>", "\"err\":{\"name\":\"TypeError\""],
        clean: &["\"err\":{\"code\":4}"],
    },
    super::tests::Example {
        id: "page.phoenix",
        leaks: &["Plug.Debugger.run", "Phoenix.Router.NoRouteError"],
        clean: &["Phoenix is a city, unplug it"],
    },
];
