//! The Envoy host.
