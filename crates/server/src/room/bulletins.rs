//! Payer bulletins and team notes, with who has read them.

use claim::PayerId;
use store::bulletin::{self, BulletinKind};
use store::{Role, Tx};
use uuid::Uuid;

use super::context::Names;
use crate::answer::{Fault, Outcome, page};
use crate::call::Call;
use crate::view::library::{BulletinView, BulletinsPage};
use crate::view::part::Choice;
use crate::words;

/// Who may announce something.
pub const PUBLISHERS: &[Role] = &[Role::Coder, Role::Biller, Role::Manager];
/// Bulletins on the page.
const SHOWN_MAX: u32 = 100;
/// Longest title, and longest text.
const TITLE_MAX: usize = 200;
const BODY_MAX: usize = 20_000;

/// How many the person has not read.
pub(super) fn unread(tx: &mut Tx<'_>, call: &Call<'_>) -> Result<usize, Fault> {
    let receipts = bulletin::receipts(tx)?;
    let has_read = |id| receipts.iter().any(|r| r.bulletin_id == id && r.user_id == call.person.user.id);
    Ok(bulletin::list(tx, SHOWN_MAX)?.into_iter().filter(|bulletin| !has_read(bulletin.id)).count())
}

/// `GET /library/bulletins`.
pub fn show(call: &Call<'_>) -> Outcome {
    let shown = call.read(|tx| {
        let receipts = bulletin::receipts(tx)?;
        let (payers, names) = (store::payer::list(tx)?, Names::read(tx)?);
        let mut bulletins = Vec::new();
        for found in bulletin::list(tx, SHOWN_MAX)? {
            let read: Vec<_> = receipts.iter().filter(|receipt| receipt.bulletin_id == found.id).collect();
            let from = payers.iter().find(|payer| Some(payer.id) == found.payer_id);
            let writer = names.of(&found.published_by);
            let readers: Vec<&str> = read.iter().map(|receipt| receipt.name.as_str()).collect();
            bulletins.push(BulletinView {
                id: found.id.to_string(),
                from: from.map_or_else(|| "Team note".to_owned(), |payer| payer.name.clone()),
                title: found.title,
                body: found.body,
                published: format!("{}, {writer}", words::moment(found.published_at)),
                readers: if readers.is_empty() {
                    "Nobody has read it yet.".to_owned()
                } else {
                    format!("Read by {}.", readers.join(", "))
                },
                is_read: read.iter().any(|receipt| receipt.user_id == call.person.user.id),
            });
        }
        let payers = payers.iter().map(|payer| Choice::new(payer.id.to_string(), payer.name.as_str())).collect();
        Ok(BulletinsPage { frame: call.frame(tx)?, bulletins, payers, may_publish: call.has(PUBLISHERS) })
    })?;
    page(&shown)
}

/// `POST /library/bulletins`.
pub fn publish(call: &Call<'_>) -> Outcome {
    let form = &call.asked.form;
    let (title, body) = (form.required("title", "The title")?, form.required("body", "The text")?);
    if title.len() > TITLE_MAX || body.len() > BODY_MAX {
        return Err(Fault::Refused(format!("A title has at most {TITLE_MAX} characters, a text at most {BODY_MAX}.")));
    }
    let payer: Option<PayerId> = match form.text("payer") {
        "" => None,
        _ => Some(form.value("payer", "a payer of the list")?),
    };
    let kind = if payer.is_some() { BulletinKind::Payer } else { BulletinKind::Team };
    call.write(|tx| {
        if let Some(payer) = payer {
            store::payer::get(tx, payer)?;
        }
        let id = bulletin::publish(tx, kind, payer, title, body)?;
        Ok(bulletin::read(tx, id, call.person.user.id)?)
    })?;
    call.done("/library/bulletins", format!("\u{201c}{title}\u{201d} is announced."))
}

/// `POST /library/bulletins/{id}/read`.
pub fn read(call: &Call<'_>) -> Outcome {
    let id: Uuid = call.asked.param("id")?;
    call.write(|tx| Ok(bulletin::read(tx, id, call.person.user.id)?))?;
    call.done("/library/bulletins", "Noted that you have read it.")
}
