//! What staff do in chats, on the stage.

use std::time::Duration;

use super::{Play, Stage};
use crate::scenarios::script::{Said, Step};

impl Stage {
    /// What staff do in chats, and at the console about chats.
    pub(super) async fn in_chat(&self, play: &mut Play, step: &Step) -> Result<(), String> {
        let telegram = &self.world.telegram;
        // What others did before may still be on its way.
        self.settle_chats().await;
        match step {
            Step::Code { login, unit } => {
                let code = self.console.lock().await.chat_code(login, *unit).await?;
                play.room.keep_code(*unit, code);
            }
            Step::InGroup(name, said) => {
                let said = match said {
                    Said::Text(text) => Said::Text(play.fill(text)),
                    Said::Answer(text) => Said::Answer(play.fill(text)),
                    Said::Press(label) => Said::Press(play.fill(label)),
                };
                play.room.say(telegram, name, &said)?;
            }
            Step::InPrivate(name, text) => {
                let text = play.fill(text);
                telegram.text(play.room.person(name), &text);
            }
            Step::GroupHears(pieces) => {
                let mut rest = play.room.heard(telegram);
                for piece in pieces.iter().map(|piece| play.fill(piece)) {
                    let Some((_, after)) = rest.split_once(piece.as_str()) else {
                        return Err(format!("the group did not hear `{piece}`, but: {rest}"));
                    };
                    rest = after.to_owned();
                }
                play.room.listened(telegram);
            }
            Step::GroupHearsNot(pieces) => {
                let heard = play.room.heard(telegram);
                if let Some(piece) = pieces.iter().map(|piece| play.fill(piece)).find(|piece| heard.contains(piece)) {
                    return Err(format!("the group heard `{piece}`: {heard}"));
                }
            }
            Step::PrivateHears(name, pieces) => {
                let heard = play.room.heard_alone(telegram, name);
                if let Some(piece) = pieces.iter().map(|piece| play.fill(piece)).find(|piece| !heard.contains(piece)) {
                    return Err(format!("{name} did not hear `{piece}`, but: {heard}"));
                }
            }
            Step::Removed => telegram.remove_from(play.room.group),
            Step::Upgraded => play.room.group = telegram.upgrade(play.room.group, true),
            Step::ChatPage(login, pieces) => {
                let page = self.console.lock().await.chat_page(login).await;
                if let Some(piece) = pieces.iter().map(|piece| play.fill(piece)).find(|piece| !page.contains(piece)) {
                    return Err(format!("`{piece}` is not on the page"));
                }
            }
            Step::Unbind(login) => self.console.lock().await.unbind_chat(login).await,
            _ => {}
        }
        self.settle_chats().await;
        self.hear(play).await;
        Ok(())
    }

    /// Waits until all that was written in chats is answered, and the answers are there.
    async fn settle_chats(&self) {
        for _ in 0..400 {
            if self.chats_are_settled().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Ends all bindings, so that the next transcript's unit has none.
    pub(super) async fn unbind_all(&self) {
        let mut tx = self.world.intake.store.begin().await.unwrap();
        for table in ["staff_chat", "staff_chat_event", "staff_account"] {
            sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Whether all that Telegram brought is answered, and all that it shall carry is on its way.
    async fn chats_are_settled(&self) -> bool {
        if self.world.telegram.waiting() > 0 {
            return false;
        }
        let mut connection = self.world.intake.store.read().await.unwrap();
        let (open,): (i64,) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM inbox WHERE channel = 'telegram' AND state = 'pending')
               + (SELECT COUNT(*) FROM outbox WHERE channel = 'telegram' AND state IN ('queued', 'sending'))",
        )
        .fetch_one(&mut *connection)
        .await
        .unwrap();
        open == 0
    }
}
