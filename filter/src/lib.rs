//! The Envoy host: a proxy-wasm filter that carries `backstop-core`.
//!
//! It translates and decides nothing. [`stream`] is the life of one response, [`host`] holds every call into the proxy,
//! the rest turns the proxy's forms into core's.

mod capture;
mod configuration;
mod held;
mod host;
mod metrics;
mod pairs;
mod plugin;
mod shipping;
mod stream;

use held::Held;
use plugin::Plugin;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{ContextType, LogLevel};
use shipping::Shipping;
use std::rc::Rc;
use stream::Stream;

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: rlsf::GlobalTlsf = rlsf::GlobalTlsf::new();

mod start {
    #![allow(unsafe_code, missing_docs, unreachable_pub, reason = "the SDK's macro exports the module's entry point")]
    use super::{LogLevel, Root};

    proxy_wasm::main! {{
        proxy_wasm::set_log_level(LogLevel::Info);
        proxy_wasm::set_root_context(|_| Box::new(Root::default()));
    }}
}

/// One plugin configuration on one worker thread. A VM can carry several, so nothing is global.
#[derive(Default)]
struct Root {
    /// `None` until a configuration was accepted.
    plugin: Option<Rc<Plugin>>,
    held: Rc<Held>,
}

impl Context for Root {
    fn on_http_call_response(&mut self, token: u32, _: usize, body_size: usize, _: usize) {
        if let Some(shipping) = self.shipping() {
            shipping.answered(token, body_size);
        }
    }
}

impl Root {
    fn shipping(&self) -> Option<&Shipping> {
        self.plugin.as_ref()?.shipping.as_ref()
    }
}

impl RootContext for Root {
    /// Refusing makes Envoy refuse its start or the update; a running configuration stays in force.
    fn on_configure(&mut self, size: usize) -> bool {
        match configuration::compile(&host::plugin_configuration(size)) {
            Ok(policy) => {
                self.plugin = Some(Rc::new(Plugin::new(policy, Rc::clone(&self.held))));
                host::set_tick_period(held::TICK_MILLIS);
                metrics::announce();
                true
            }
            Err(error) => {
                log::error!("configuration refused: {error}");
                false
            }
        }
    }

    fn on_tick(&mut self) {
        // First, while this is the root's own context: answering makes streams the current one.
        if let Some(shipping) = self.shipping() {
            shipping.ship();
        }
        self.held.answer_overdue();
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, context_id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Stream::new(context_id, self.plugin.clone())))
    }
}
