//! What is known of the city that was made.

use std::sync::Arc;

use wenzheng::{
    app::{Ambient, App},
    config::Settings,
    store::Store,
};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse";

/// A city with its casework.
pub struct City {
    /// The largest unit.
    pub unit: String,
    /// An open ticket of it, a closed one, and one to which a great deal happened.
    pub open: String,
    pub closed: String,
    pub eventful: String,
    /// Words, from everywhere to nowhere.
    pub common: String,
    pub usual: String,
    pub rare: String,
    /// A word of four characters and more, which is in some texts.
    pub long: String,
    /// A number that no ticket has, so that it is searched for like words.
    pub number: String,
}

/// The service on a database, as it runs.
pub async fn serve(url: &str) -> anyhow::Result<axum::Router> {
    let store = Store::open(url).await?;
    let settings = Settings::demo(([127, 0, 0, 1], 0).into(), std::path::PathBuf::new());
    let app = App::new(settings, store, Ambient::default()).await?;
    Ok(Arc::new(app).router(std::iter::empty(), &tokio_util::sync::CancellationToken::new()))
}
