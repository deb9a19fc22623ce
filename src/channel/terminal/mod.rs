//! The terminal: a conversation over lines of text, for trying the service and for scripts.

mod render;

use std::{io, time::Duration};

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _},
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, sleep, timeout_at},
};

use super::{Arrival, Intake};
use crate::{
    inbox,
    locale::{Locales, Phrase},
    message::{Address, Body, Inbound},
    outbox, phrase,
    store::StoreError,
};

pub use render::render;

/// The channel's name in an [`Address`].
pub const CHANNEL: &str = "terminal";

/// Our account in an [`Address`].
pub const ACCOUNT: &str = "local";

/// How often the store is looked at for what another process wrote.
const LOOK: Duration = Duration::from_millis(200);

/// How many messages are read at once.
const BATCH: i64 = 50;

/// A conversation at a terminal.
#[derive(Clone)]
pub struct Terminal {
    /// Where messages are handed in. Workers of this process, or of another on the same store, answer them.
    pub intake: Intake,
    /// The words.
    pub locales: Locales,
    /// The person's language, one of the locales' tags.
    pub language: String,
    /// Who writes: the name of the system's user, or any other.
    pub person: String,
    /// A person sits there: greet, and show a mark where to write.
    pub interactive: bool,
    /// How long an answer is waited for.
    pub answer_within: Duration,
}

/// Why a conversation broke off.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// The terminal can't be read or written.
    #[error("the terminal can't be used: {0}")]
    Io(#[from] io::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Terminal {
    /// Takes each line as a message and prints what comes back, until the input ends or says `/quit`.
    /// What is said next is taken only after the answer, or after [`Terminal::answer_within`].
    pub async fn run<R, W>(&self, input: R, output: W) -> Result<(), TerminalError>
    where
        R: AsyncBufRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        Conversation { terminal: self, news: self.intake.wake.listen(), output }.run(input).await
    }

    fn address(&self) -> Address {
        Address { channel: CHANNEL.to_owned(), account: ACCOUNT.to_owned(), person: self.person.clone() }
    }
}

struct Conversation<'t, W> {
    terminal: &'t Terminal,
    news: Receiver<Address>,
    output: W,
}

impl<W: AsyncWrite + Unpin> Conversation<'_, W> {
    async fn run<R: AsyncBufRead + Unpin>(mut self, input: R) -> Result<(), TerminalError> {
        let mut lines = input.lines();
        if self.terminal.interactive {
            self.say(&phrase!("terminal-welcome")).await?;
        }
        // What was written while nobody sat here, such as an office's reply.
        self.print_news().await?;
        self.prompt().await?;
        loop {
            // Both waits may be dropped at any point without losing anything. The store is used after, never within.
            let line = tokio::select! {
                line = lines.next_line() => line?,
                () = sleep(LOOK) => {
                    if self.print_news().await? {
                        self.prompt().await?;
                    }
                    continue;
                }
            };
            let Some(line) = line else { break };
            match line.trim() {
                "/quit" => break,
                "" => {}
                text => self.exchange(text).await?,
            }
            self.prompt().await?;
        }
        self.print_news().await?;
        Ok(())
    }

    /// Says something and prints what comes back.
    async fn exchange(&mut self, text: &str) -> Result<(), TerminalError> {
        let intake = &self.terminal.intake;
        let address = self.terminal.address();
        let message = Inbound {
            address: address.clone(),
            key: intake.ids.next(),
            body: Body::text(text),
            language: Some(self.terminal.language.clone()),
            sent_at: intake.clock.now(),
            within: None,
        };
        intake.accept(&[Arrival::Message(message)]).await?;
        let until = Instant::now() + self.terminal.answer_within;
        loop {
            let mut connection = intake.store.read().await?;
            let pending = inbox::next_of(&mut connection, &address).await?.is_some();
            drop(connection);
            // An answer is written in the same transaction in which its message is settled.
            self.print_news().await?;
            if !pending {
                return Ok(());
            }
            if Instant::now() >= until {
                return self.say(&phrase!("terminal-no-answer-yet")).await;
            }
            let look = (Instant::now() + LOOK).min(until);
            // Whether it was the bell or the time makes no difference.
            let _ = timeout_at(look, rung(&mut self.news, &address)).await;
        }
    }

    /// Prints what waits for this person. Gives whether there was anything.
    async fn print_news(&mut self) -> Result<bool, TerminalError> {
        let intake = &self.terminal.intake;
        let address = self.terminal.address();
        let mut any = false;
        loop {
            let mut connection = intake.store.read().await?;
            let batch = outbox::waiting(&mut connection, &address, BATCH).await?;
            drop(connection);
            let Some(last) = batch.last().map(|shown| shown.position) else { return Ok(any) };
            any = true;
            for shown in batch {
                self.output.write_all(render(&shown.message).as_bytes()).await?;
                self.output.write_all(b"\n").await?;
            }
            self.output.flush().await?;
            let mut tx = intake.store.begin().await?;
            outbox::handed_over(&mut tx, &address, last, intake.clock.now()).await?;
            tx.commit().await?;
        }
    }

    async fn say(&mut self, phrase: &Phrase) -> Result<(), TerminalError> {
        let text = self.terminal.locales.text(&self.terminal.language, phrase);
        self.output.write_all(format!("{text}\n\n").as_bytes()).await?;
        self.output.flush().await?;
        Ok(())
    }

    async fn prompt(&mut self) -> Result<(), TerminalError> {
        if self.terminal.interactive {
            self.output.write_all("› ".as_bytes()).await?;
            self.output.flush().await?;
        }
        Ok(())
    }
}

/// Waits until something was written to `address` by this process.
async fn rung(news: &mut Receiver<Address>, address: &Address) {
    loop {
        match news.recv().await {
            Ok(written) if written != *address => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests;
