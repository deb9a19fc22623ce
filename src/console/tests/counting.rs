//! Statistics: each sees what is theirs, and the figures of a day's work are right.

use axum::http::{StatusCode, header};

use super::City;

/// The row of a table that begins with a name.
fn row<'a>(page: &'a str, table: &str, name: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("id=\"{table}\"")).expect("the table");
    let (rest, _) = rest.split_once("</section>").expect("its end");
    let (_, rest) = rest.split_once(&format!("<th scope=\"row\">{name}</th>")).expect("the row");
    rest.split("</tr>").next().unwrap_or_default()
}

fn cells(row: &str) -> Vec<&str> {
    row.split("</td>").filter_map(|cell| cell.rsplit('>').next()).filter(|cell| !cell.is_empty()).collect()
}

#[tokio::test]
async fn after_a_days_work_the_figures_are_right() {
    let city = City::new().await;
    let (anna, ben, tom, dora) =
        (city.log_in("anna").await, city.log_in("ben").await, city.log_in("tom").await, city.log_in("dora").await);
    let number = city.ticket("失业金怎么领？").await.number;
    city.ticket("社保卡丢了怎么办？").await;
    city.act(&anna, &number, "claim", &[]).await;
    city.act(&anna, &number, "draft", &[("text", "到窗口领取。")]).await;
    city.act(&ben, &number, "approve", &[]).await;

    let page = city.get(&anna, "/console/statistics?lang=en&period=day").await;
    assert_eq!(page.status, StatusCode::OK);
    let hrss = cells(row(&page.body, "by-unit", "人社局"));
    // Received, by the bot, after a choice, routed, replies, on time, share, median in days and hours, helped, not,
    // reopened, open, overdue.
    assert_eq!(hrss, ["2", "0", "0", "2", "1", "1", "100%", "0.0", "0.0", "0", "0", "0", "1", "0"]);
    assert_eq!(cells(row(&page.body, "by-day", "23 November 2026"))[..5], ["2", "0", "0", "2", "1"]);
    assert!(page.body.contains("<svg") && page.body.contains("<title id=\"chart-title\">What came"));

    let all = city.get(&dora, "/console/statistics?lang=en").await;
    assert!(all.body.contains("All units") && all.body.contains("人社局"));
    // Another unit's staff see their own only.
    let foreign = city.get(&tom, "/console/statistics?lang=en").await;
    assert!(!foreign.body.contains("人社局"), "{}", foreign.body);
    assert_eq!(cells(row(&foreign.body, "by-unit", "Together"))[..4], ["0", "0", "0", "0"]);
    assert_eq!(
        city.send(axum::http::Request::get("/console/statistics").body(axum::body::Body::empty()).unwrap())
            .await
            .status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_bulletin_and_a_workbook_come_with_the_same_scope() {
    let city = City::new().await;
    city.ticket("失业金怎么领？").await;
    let (anna, tom) = (city.log_in("anna").await, city.log_in("tom").await);
    let bulletin = city.get(&anna, "/console/bulletin/2026-11?lang=en").await;
    assert!(bulletin.body.contains("Casework bulletin, November 2026"));
    assert!(bulletin.body.contains("Questions received this month: 1."), "{}", bulletin.body);
    let foreign = city.get(&tom, "/console/bulletin/2026-11?lang=en").await;
    assert!(foreign.body.contains("Questions received this month: 0.") && !foreign.body.contains("人社局"));
    for wrong in ["2026-13", "2026-1", "soon", "2026-11-01"] {
        let page = city.get(&anna, &format!("/console/bulletin/{wrong}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let file = city.get(&anna, "/console/statistics.xlsx?from=2026-11-01&to=2026-11-30&lang=zh-CN").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.header(header::CONTENT_DISPOSITION).contains("statistics-2026-11-01-2026-11-30.xlsx"));
    assert!(file.body.starts_with("PK"));
}

#[tokio::test]
async fn a_period_that_is_none_is_told_and_this_month_is_shown() {
    let city = City::new().await;
    let anna = city.log_in("anna").await;
    let page = city.get(&anna, "/console/statistics?from=2026-11-10&to=2026-11-01&lang=en").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("The last day is before the first") && page.body.contains("1 November 2026 to 30"));
    let long = city.get(&anna, "/console/statistics?from=2020-01-01&to=2026-11-01&lang=en").await;
    assert!(long.body.contains("at most 366 days"));
}
