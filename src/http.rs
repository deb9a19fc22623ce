//! The HTTP service: the routes of all parts, and what holds for every one of them.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};
use utoipa::OpenApi as _;

use crate::{channel::web, conversation::core::Core};

/// How long open requests may take to end once the service stops.
const DRAIN: Duration = Duration::from_secs(10);

/// All routes.
pub fn router(core: Arc<Core>, parts: impl IntoIterator<Item = Router>) -> Router {
    let own = Router::new()
        .route("/healthz", get(health))
        .route("/api/openapi.json", get(|| async { Json(web::ApiDoc::openapi()) }))
        .with_state(core);
    parts
        .into_iter()
        .fold(own, Router::merge)
        .layer(header_unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_unless_set(header::REFERRER_POLICY, "same-origin"))
        .layer(header_unless_set(header::CONTENT_SECURITY_POLICY, "default-src 'self'; frame-ancestors 'none'"))
        .layer(CatchPanicLayer::new())
}

fn header_unless_set(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// Says whether the service can work: it reads from the store.
async fn health(State(core): State<Arc<Core>>) -> Response {
    let answered = async {
        let mut connection = core.store.read().await?;
        crate::store::revision(&mut connection, "knowledge").await
    };
    match answered.await {
        Ok(_) => Json(serde_json::json!({ "status": "ok", "documents": core.library.len() })).into_response(),
        Err(error) => {
            tracing::error!(%error, "not healthy");
            (StatusCode::SERVICE_UNAVAILABLE, Json(serde_json::json!({ "status": "store unavailable" })))
                .into_response()
        }
    }
}

/// Serves until `stop`, then lets open requests end.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> std::io::Result<()> {
    let stopped = stop.clone();
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move { stopped.cancelled().await });
    tokio::select! {
        served = serving.into_future() => served,
        () = async { stop.cancelled().await; tokio::time::sleep(DRAIN).await } => {
            tracing::warn!("some requests did not end in time");
            Ok(())
        }
    }
}
