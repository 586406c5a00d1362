//! What coding learned from decisions: make a version, look at it, switch it on or off.

use std::cmp::Reverse;

use cycle::learning::{self, Learning};
use store::{Role, Tx, ranking::RankingVersion};

use super::library::dotted;
use crate::answer::{Fault, Outcome, page};
use crate::call::Call;
use crate::view::learning::{LearningPage, PointsView, VersionView};
use crate::view::part::Tag;
use crate::words;

/// Who may switch what suggestions are ordered by.
pub const SWITCHERS: &[Role] = &[Role::Manager];

/// `GET /learning`.
pub fn show(call: &Call<'_>) -> Outcome {
    let asked: u32 = call.asked.query.text("version").parse().unwrap_or_default();
    let view = call.read(|tx| {
        let in_use = store::ranking::in_use(tx)?;
        let found = store::ranking::list::<Learning>(tx)?;
        let shown = found.iter().find(|version| version.version == asked).or(found.first());
        Ok(LearningPage {
            frame: call.frame(tx)?,
            is_learned: in_use > 0,
            may_switch: call.has(SWITCHERS),
            shown: shown.map_or(0, |version| version.version),
            points: shown.map(|version| points(&version.body)).unwrap_or_default(),
            versions: found.iter().map(|version| row(tx, version, in_use)).collect::<Result<_, Fault>>()?,
        })
    })?;
    page(&view)
}

fn row(tx: &mut Tx<'_>, found: &RankingVersion<Learning>, in_use: u32) -> Result<VersionView, Fault> {
    let people = store::user::list(tx)?;
    let maker = words::actor(&found.made_by, |id| {
        people.iter().find(|user| user.id.to_string() == id).map(|user| user.name.clone())
    });
    let Learning { rules_version, visits, codes, back_test } = &found.body;
    let objection = back_test.objection();
    let is_in_use = found.version == in_use;
    Ok(VersionView {
        version: found.version,
        state: match (is_in_use, objection.is_some()) {
            (true, _) => Tag::good("In use"),
            (false, true) => Tag::warn("May not be used"),
            (false, false) => Tag::open("May be used"),
        },
        made: format!("{}, {maker}", words::moment(found.made_at)),
        basis: format!(
            "{}, {}, rules {rules_version}",
            words::count(*visits, "visit that people coded", "visits that people coded"),
            words::count(codes.len(), "code", "codes")
        ),
        test: match &objection {
            Some(objection) => format!("Not used: {objection}."),
            None => format!(
                "The code people took stands first in {} of 1,000 pairs, {} as installed; squared error {}, {} as \
                 installed ({} visits).",
                back_test.ordered_learned,
                back_test.ordered_installed,
                back_test.error_learned,
                back_test.error_installed,
                back_test.tested_on
            ),
        },
        may_use: !is_in_use && objection.is_none(),
    })
}

fn points(learning: &Learning) -> Vec<PointsView> {
    let mut codes: Vec<_> = learning.codes.iter().collect();
    codes.sort_by_key(|(code, learned)| (Reverse(learned.points.unsigned_abs()), *code));
    let shown = codes.into_iter().map(|(code, learned)| PointsView {
        code: if code.starts_with(|c: char| c.is_ascii_digit()) { code.clone() } else { dotted(code) },
        points: format!("{:+}", learned.points),
        taken: learned.taken,
        dropped: learned.dropped,
        added: learned.added,
    });
    shown.collect()
}

/// `POST /learning`.
pub fn learn(call: &Call<'_>) -> Outcome {
    let learning = call.read(|tx| Ok(learning::learn(tx, &call.app.library)?))?;
    let version = call.write(|tx| Ok(store::ranking::save(tx, &learning)?))?;
    call.done(&format!("/learning?version={version}"), format!("Version {version} is made. Nothing uses it yet."))
}

/// `POST /learning/{version}/use`.
pub fn switch(call: &Call<'_>) -> Outcome {
    let version: u32 = call.asked.param("version")?;
    call.write(|tx| Ok(learning::switch(tx, version)?))?;
    let said = match version {
        0 => "Suggestions stand as installed from now on.".to_owned(),
        _ => format!("Suggestions are ordered by version {version} from now on."),
    };
    call.done("/learning", said)
}
