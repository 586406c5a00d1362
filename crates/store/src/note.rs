//! Notes: versions that never change, sealed, and the draft that precedes the next one.

use claim::{EncounterId, Note, NoteId, NoteKind};
use jiff::Timestamp;

use crate::{
    Result, StoreError, Tx,
    sql::{in_scope, statements},
    value::{Row, params, to_json},
};

statements! {
    SAVE_DRAFT = "INSERT INTO note_draft (client_id, encounter_id, kind, text, saved_at, saved_by) \
                  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (client_id, encounter_id) DO UPDATE \
                  SET kind = excluded.kind, text = excluded.text, saved_at = excluded.saved_at, \
                  saved_by = excluded.saved_by";
    DRAFT = concat!("SELECT kind, text, saved_at, saved_by FROM note_draft WHERE ", in_scope!(), " AND encounter_id = $2");
    DROP_DRAFT = "DELETE FROM note_draft WHERE client_id = $1 AND encounter_id = $2";
    WRITE = "INSERT INTO note_version (client_id, note_id, version, encounter_id, kind, text, signature, reason, \
             written_at, written_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    OF_ENCOUNTER = concat!("SELECT note_id, encounter_id, version, kind, text, signature, reason FROM note_version WHERE ",
                           in_scope!(), " AND encounter_id = $2 ORDER BY version DESC");
}

const TEXT_FIELD: &str = "note_version.text";
const DRAFT_FIELD: &str = "note_draft.text";

/// What somebody is still writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it documents.
    pub kind: NoteKind,
    /// The text so far.
    pub text: String,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// By whom: `user:ID`.
    pub saved_by: String,
}

/// Saves what is being written; it is no note until it is signed.
pub fn save_draft(tx: &mut Tx<'_>, encounter_id: EncounterId, kind: NoteKind, text: &str) -> Result<()> {
    let sealed = tx.seal(DRAFT_FIELD, &encounter_id.to_string(), text.as_bytes())?;
    let params = params![tx.owner()?, encounter_id, kind.code(), sealed, tx.now(), tx.actor().to_string()];
    tx.execute(SAVE_DRAFT, params)?;
    tx.audit("note.save_draft", "encounter", encounter_id, &text.len())
}

/// The draft of a visit.
pub fn draft(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<Option<Draft>> {
    let params = params![tx.clients(), encounter_id];
    let Some(mut row) = tx.row(DRAFT, params)? else { return Ok(None) };
    let (kind, sealed): (String, Vec<u8>) = (row.get()?, row.get()?);
    Ok(Some(Draft {
        kind: NoteKind::from_code(&kind),
        text: tx.unseal_text(DRAFT_FIELD, &encounter_id.to_string(), &sealed)?,
        saved_at: row.get()?,
        saved_by: row.get()?,
    }))
}

/// Adds a version; the first of a visit is 1, an addendum the next. The draft is gone with it.
pub fn write(tx: &mut Tx<'_>, note: &Note) -> Result<()> {
    let owner = tx.owner()?;
    let sealed = tx.seal(TEXT_FIELD, &place(note.id, note.version), note.text.as_bytes())?;
    let signature = note.signature.as_ref().map(to_json).transpose()?;
    let params = params![
        &owner,
        note.id,
        note.version,
        note.encounter_id,
        note.kind.code(),
        sealed,
        signature,
        &note.reason,
        tx.now(),
        tx.actor().to_string(),
    ];
    tx.execute(WRITE, params)?;
    tx.execute(DROP_DRAFT, params![owner, note.encounter_id])?;
    tx.audit("note.write", "note", note.id, &(note.version, note.signature.is_some()))
}

fn place(id: NoteId, version: u32) -> String {
    format!("{id}/{version}")
}

fn read(tx: &Tx<'_>, row: &mut Row) -> Result<Note> {
    let (id, encounter_id, version): (NoteId, EncounterId, u32) = (row.get()?, row.get()?, row.get()?);
    let (kind, sealed): (String, Vec<u8>) = (row.get()?, row.get()?);
    Ok(Note {
        id,
        encounter_id,
        version,
        kind: NoteKind::from_code(&kind),
        text: tx.unseal_text(TEXT_FIELD, &place(id, version), &sealed)?,
        signature: row.maybe_json()?,
        reason: row.get()?,
    })
}

/// Every version of a visit's note, newest first.
pub fn versions(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<Vec<Note>> {
    let params = params![tx.clients(), encounter_id];
    let mut rows = tx.rows(OF_ENCOUNTER, params)?;
    rows.iter_mut().map(|row| read(tx, row)).collect()
}

/// The newest version of a visit's note.
pub fn latest(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<Option<Note>> {
    let params = params![tx.clients(), encounter_id];
    tx.row(OF_ENCOUNTER, params)?.as_mut().map(|row| read(tx, row)).transpose()
}

/// One version.
pub fn version(tx: &mut Tx<'_>, encounter_id: EncounterId, version: u32) -> Result<Note> {
    let found = versions(tx, encounter_id)?.into_iter().find(|note| note.version == version);
    found.ok_or_else(|| StoreError::not_found("note version", version))
}
