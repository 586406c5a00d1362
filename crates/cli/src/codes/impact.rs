//! `superbill codes impact`: what an edition touches here.

use anyhow::{Context as _, Result};
use clap::Args;
use codes::{Release, import::Alert};
use serde::Serialize;
use store::{Scope, StoreError, client::Client};

use crate::{
    input::{Format, Outcome, json, line},
    place::{CLI, Place},
};

/// What an edition touches: open encounters and claims, favourites, fee lines, rules.
#[derive(Args)]
pub struct Impact {
    /// The edition: its first day, or the name that `codes status` shows.
    edition: String,
    /// Which table.
    #[arg(long, default_value = "icd10cm", value_name = "TABLE")]
    table: String,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct Report<'a> {
    table: &'a str,
    edition: String,
    before: &'a str,
    added: usize,
    removed: usize,
    changed: usize,
    touched: &'a [Touched],
}

/// One thing touched at one client.
#[derive(Serialize)]
struct Touched {
    client: String,
    kind: &'static str,
    holder: String,
    code: String,
    effect: &'static str,
    detail: String,
}

impl Impact {
    pub fn run(self) -> Result<Outcome> {
        let library = super::library(&self.place)?;
        let release = library.release(&self.table, &self.edition)?.with_context(|| {
            format!(
                "{} has no edition {} with one before it; `superbill codes status` lists the editions",
                self.table, self.edition
            )
        })?;
        let touched = self.touched(&library, &release)?;
        match self.format {
            Format::Json => json(&Report {
                table: &release.system,
                edition: release.edition.to_string(),
                before: &release.before,
                added: release.diff.added.len(),
                removed: release.diff.removed.len(),
                changed: release.diff.changed.len(),
                touched: &touched,
            })?,
            Format::Text => print(&release, &touched)?,
        }
        Ok(Outcome::found(!touched.is_empty()))
    }

    /// Client by client; without a record yet, the rules alone.
    fn touched(&self, library: &codes::Library, release: &Release) -> Result<Vec<Touched>> {
        if !self.place.has_server() && !self.place.folder()?.join("superbill.db").exists() {
            let rules = library.rules_touched(&release.diff, release.edition);
            let alerts = codes::import::impact(&release.diff, &rules);
            return Ok(alerts.into_iter().map(|alert| touched(String::new(), alert)).collect());
        }
        let db = self.place.open_to_read()?;
        let (clients, users) = db.read(&CLI, Scope::Installation, |tx| {
            Ok::<_, StoreError>((store::client::list(tx)?, store::user::list(tx)?))
        })?;
        // Favourites are a person's wherever they work: told once, at the first client.
        let mut people: Vec<_> = users.into_iter().map(|user| (user.id, user.name)).collect();
        let mut all = Vec::new();
        for Client { id, code, .. } in clients {
            let alerts = db.read(&CLI, Scope::One(id), |tx| cycle::release::touched(tx, library, release, &people))?;
            all.extend(alerts.into_iter().map(|alert| touched(code.clone(), alert)));
            people.clear();
        }
        Ok(all)
    }
}

fn touched(client: String, alert: Alert) -> Touched {
    Touched {
        client,
        kind: alert.kind.label(),
        holder: alert.holder,
        code: alert.code,
        effect: alert.effect.label(),
        detail: alert.detail,
    }
}

fn print(release: &Release, touched: &[Touched]) -> Result<()> {
    let Release { system, edition, before, diff, .. } = release;
    let (added, removed, changed) = (diff.added.len(), diff.removed.len(), diff.changed.len());
    line(format!("{system} {edition} against {before}: {added} added, {removed} removed, {changed} changed"))?;
    for Touched { client, kind, holder, code, effect, detail } in touched {
        let became = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        line(format!("{client:<3} {kind:<14} {holder}: {code} {effect}{became}"))?;
    }
    if touched.is_empty() {
        line("Nothing here is touched.")?;
    }
    Ok(())
}
