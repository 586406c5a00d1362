//! `superbill ranking`: what coding learned from a client's decisions, and which version of it is in use.

use anyhow::Result;
use clap::{Args, Subcommand};
use cycle::learning::{self, Learning};
use serde::Serialize;
use store::{Db, Scope, ranking::RankingVersion};

use crate::{
    client,
    input::{Format, Outcome, json, line},
    place::{CLI, Place},
};

#[derive(Args)]
pub struct Rankings {
    #[command(flatten)]
    place: Place,
    /// Code of the client.
    #[arg(long, global = true, default_value = "")]
    client: String,
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Compare the rules as installed with what people decided, and keep the result as the next version. Nothing uses
    /// it by that.
    Learn,
    /// Every version with its back-test, and which one is in use.
    List,
    /// The points of a version with the decisions behind them.
    Show { version: u32 },
    /// Order suggestions by a version from now on; refused where its back-test speaks against it. 0 is as installed.
    Use { version: u32 },
}

/// A version as JSON.
#[derive(Serialize)]
struct Shown {
    version: u32,
    made_at: String,
    made_by: String,
    is_in_use: bool,
    objection: Option<String>,
    #[serde(flatten)]
    learning: Learning,
}

impl Shown {
    fn new(found: RankingVersion<Learning>, in_use: u32) -> Self {
        Self {
            version: found.version,
            made_at: found.made_at.to_string(),
            made_by: found.made_by,
            is_in_use: found.version == in_use,
            objection: found.body.back_test.objection(),
            learning: found.body,
        }
    }

    fn print(&self) -> Result<()> {
        let Learning { rules_version, visits, codes, back_test } = &self.learning;
        let state = if self.is_in_use { "in use" } else { "not in use" };
        line(format!(
            "{}: {state}; {visits} visits that people coded, points for {} codes, rules {rules_version}, made {} by {}",
            self.version,
            codes.len(),
            self.made_at,
            self.made_by
        ))?;
        line(format!(
            "   on {} later visits: taken before dropped in {} of 1,000 pairs ({} as installed), squared error {} ({} as installed)",
            back_test.tested_on,
            back_test.ordered_learned,
            back_test.ordered_installed,
            back_test.error_learned,
            back_test.error_installed
        ))?;
        match &self.objection {
            Some(objection) => line(format!("   it may not be used: {objection}")),
            None => line("   it may be used"),
        }
    }
}

impl Rankings {
    pub fn run(self) -> Result<Outcome> {
        let (db, _) = self.place.open()?;
        let client = client::by_code(&db, &self.client)?;
        let scope = Scope::One(client.id);
        match self.action {
            Action::Learn => {
                let library = crate::codes::library(&self.place)?;
                let learning = db.read(&CLI, scope.clone(), |tx| learning::learn(tx, &library))?;
                let version = db.write(&CLI, scope.clone(), |tx| store::ranking::save(tx, &learning))?;
                self.show(&shown(&db, scope, version)?)?;
            }
            Action::List => {
                let versions = db.read(&CLI, scope, |tx| {
                    let in_use = store::ranking::in_use(tx)?;
                    let found = store::ranking::list::<Learning>(tx)?;
                    Ok::<_, store::StoreError>(
                        found.into_iter().map(|found| Shown::new(found, in_use)).collect::<Vec<_>>(),
                    )
                })?;
                if self.format == Format::Json {
                    json(&versions)?;
                } else if versions.is_empty() {
                    line(
                        "Nothing was learned yet; suggestions stand as installed: superbill ranking learn reads the decisions.",
                    )?;
                } else {
                    versions.iter().try_for_each(Shown::print)?;
                }
            }
            Action::Show { version } => {
                let shown = shown(&db, scope, version)?;
                self.show(&shown)?;
                if self.format == Format::Text {
                    for (code, learned) in &shown.learning.codes {
                        line(format!(
                            "   {code:<8} {:+} points: taken {}, dropped {}, added {}",
                            learned.points, learned.taken, learned.dropped, learned.added
                        ))?;
                    }
                }
            }
            Action::Use { version } => {
                db.write(&CLI, scope, |tx| learning::switch(tx, version))?;
                line(match version {
                    0 => format!("{}: suggestions stand as installed from now on.", client.name),
                    _ => format!("{}: suggestions are ordered by version {version} from now on.", client.name),
                })?;
            }
        }
        Ok(Outcome::Done)
    }

    fn show(&self, shown: &Shown) -> Result<()> {
        if self.format == Format::Json { json(shown) } else { shown.print() }
    }
}

fn shown(db: &Db, scope: Scope, version: u32) -> Result<Shown> {
    db.read(&CLI, scope, |tx| {
        let in_use = store::ranking::in_use(tx)?;
        Ok(Shown::new(store::ranking::get::<Learning>(tx, version)?, in_use))
    })
}
