//! Wenzheng 问政: answers citizens' questions from interpretations, collects opinions on pending decisions, and routes
//! what it can't answer to the unit responsible.
//!
//! The modules in reading order, the lowest first. Each imports only from those above it in this list;
//! `docs/architecture.md` tells why, and a test holds it.

pub mod calendar;
pub mod clock;
pub mod id;
pub mod locale;
pub mod message;
pub mod wake;

pub mod matching;
pub mod semantic;

pub mod evaluation;

pub mod store;

pub mod audit;
pub mod hook;
pub mod inbox;
pub mod outbox;

pub mod directory;

pub mod casework;
pub mod consultation;
pub mod knowledge;

pub mod import;

pub mod conversation;

pub mod channel;
pub mod console;

pub mod http;
pub mod jobs;

pub mod config;
pub mod telemetry;

pub mod app;
pub mod demo;

pub mod cli;
