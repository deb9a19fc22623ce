//! Vectors of texts are made once, and again only when the text, the model or its settings change.

use std::{path::Path, sync::Arc};

use wenzheng::{
    knowledge::vectors::{self, Effort, forget_others, forget_questions},
    matching::vectors::Part,
    semantic::{Encoder, Manner, load},
    store::Store,
};

#[path = "../../src/semantic/tests/made.rs"]
#[allow(dead_code, reason = "the encoders' own tests use the rest")]
mod made;

crate::both_stores!(
    a_vector_is_made_once,
    another_model_makes_its_own,
    a_broken_row_is_made_again,
    what_somebody_asked_is_forgotten,
);

fn encoder(folder: &Path, manner: &Manner) -> Arc<Encoder> {
    made::write_folder(folder, &made::weights(made::SHAPE));
    Arc::new(load(folder, manner).unwrap())
}

fn texts(all: &[(Part, &str)]) -> Vec<(Part, String)> {
    all.iter().map(|(part, text)| (*part, (*text).to_owned())).collect()
}

async fn made_of(store: &Store, encoder: &Arc<Encoder>, texts: &[(Part, String)]) -> Effort {
    let (vectors, effort) = vectors::vectors(store, encoder, texts).await.unwrap();
    assert_eq!(vectors.len(), texts.len());
    assert!(vectors.iter().flatten().all(|vector| vector.dimensions() == 32));
    assert_eq!(vectors.iter().flatten().count(), texts.len());
    effort
}

async fn a_vector_is_made_once(store: Store) {
    let folder = tempfile::tempdir().unwrap();
    let encoder = encoder(folder.path(), &Manner::default());
    let mut all = texts(&[
        (Part::Title, "户口"),
        (Part::Passage(0), "户口"),
        (Part::Passage(1), "公积金。"),
        (Part::Passage(7), "公积金。"),
    ]);
    all.extend((0..500).map(|number| (Part::Passage(2), format!("户口 {number}"))));
    let (first, effort) = vectors::vectors(&store, &encoder, &all).await.unwrap();
    // The same text is made once, but once as a question and once as a passage.
    assert_eq!(effort, Effort { kept: 0, made: 503 });
    assert_eq!(first[2], first[3]);

    // As after a restart: nothing is made, and what comes is the same.
    let again = Arc::new(load(folder.path(), &Manner::default()).unwrap());
    let (second, effort) = vectors::vectors(&store, &again, &all).await.unwrap();
    assert_eq!(effort, Effort { kept: 503, made: 0 });
    assert_eq!(second, first);

    "户口 rental".clone_into(&mut all[1].1);
    assert_eq!(made_of(&store, &encoder, &all).await, Effort { kept: 502, made: 1 });
    assert_eq!(made_of(&store, &encoder, &[]).await, Effort::default());
}

async fn another_model_makes_its_own(store: Store) {
    let folder = tempfile::tempdir().unwrap();
    let (one, all) =
        (encoder(folder.path(), &Manner::default()), texts(&[(Part::Title, "户口"), (Part::Phrasing, "公积金")]));
    let manner = Manner { question_prefix: Some("公".into()), ..Manner::default() };
    let other = encoder(folder.path(), &manner);
    for encoder in [&one, &other] {
        assert_eq!(made_of(&store, encoder, &all).await, Effort { kept: 0, made: 2 });
    }
    let mut tx = store.begin().await.unwrap();
    assert_eq!(forget_others(&mut tx, &[other.id()]).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(made_of(&store, &other, &all).await, Effort { kept: 2, made: 0 });
    assert_eq!(made_of(&store, &one, &all).await, Effort { kept: 0, made: 2 });
}

async fn a_broken_row_is_made_again(store: Store) {
    let folder = tempfile::tempdir().unwrap();
    let encoder = encoder(folder.path(), &Manner::default());
    let all = texts(&[(Part::Passage(0), "户口"), (Part::Passage(1), "公积金")]);
    let (first, _) = vectors::vectors(&store, &encoder, &all).await.unwrap();
    // One row is no vector; then both are vectors of another length.
    for (value, rows) in [("nonsense", 1), ("3f80000001ff", 2)] {
        let mut tx = store.begin().await.unwrap();
        let broken =
            "UPDATE vector SET value = $1 WHERE digest IN (SELECT digest FROM vector ORDER BY digest LIMIT $2)";
        sqlx::query(broken).bind(value).bind(rows).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let (second, effort) = vectors::vectors(&store, &encoder, &all).await.unwrap();
        assert_eq!(effort.made, usize::try_from(rows).unwrap());
        assert_eq!(second, first);
    }
    assert_eq!(made_of(&store, &encoder, &all).await, Effort { kept: 2, made: 0 });
}

async fn what_somebody_asked_is_forgotten(store: Store) {
    let folder = tempfile::tempdir().unwrap();
    let encoder = encoder(folder.path(), &Manner::default());
    let all = texts(&[(Part::Phrasing, "户口"), (Part::Phrasing, "公积金"), (Part::Passage(0), "户口")]);
    assert_eq!(made_of(&store, &encoder, &all).await, Effort { kept: 0, made: 3 });
    let mut tx = store.begin().await.unwrap();
    forget_questions(&mut tx, &["户口", "never asked"]).await.unwrap();
    tx.commit().await.unwrap();
    // What is published with the same words keeps its own.
    assert_eq!(made_of(&store, &encoder, &all).await, Effort { kept: 2, made: 1 });
}
