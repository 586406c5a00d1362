//! What coding learned from decisions: make a version, look at it, switch it on or off.

use std::cmp::Reverse;

use claim::ProcedureCode;
use codes::Library;
use cycle::learning::{self, Learning};
use jiff::civil::Date;
use store::{Role, ranking::RankingVersion};

use super::{context::Names, library::dotted};
use crate::answer::{Outcome, page};
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
        let (names, today) = (Names::read(tx)?, tx.today());
        let shown = found.iter().find(|version| version.version == asked).or(found.first());
        Ok(LearningPage {
            frame: call.frame(tx)?,
            is_learned: in_use > 0,
            may_switch: call.has(SWITCHERS),
            shown: shown.map_or(0, |version| version.version),
            points: shown.map(|version| points(&call.app.library, today, &version.body)).unwrap_or_default(),
            versions: found.iter().map(|version| row(&names, version, in_use)).collect(),
        })
    })?;
    page(&view)
}

fn row(names: &Names, found: &RankingVersion<Learning>, in_use: u32) -> VersionView {
    let maker = names.of(&found.made_by);
    let Learning { rules_version, visits, codes, back_test } = &found.body;
    let objection = back_test.objection();
    let is_in_use = found.version == in_use;
    VersionView {
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
    }
}

/// The points of a version, the largest first. A Level II code has the shape of a diagnosis (`G0439`): what the library
/// knows as a service takes no dot.
fn points(library: &Library, on: Date, learning: &Learning) -> Vec<PointsView> {
    let is_service = |code: &str| {
        ProcedureCode::new(code).is_ok_and(|code| library.procedure(&code, on).is_some())
            || library.record("hcpcs", code, on).is_some()
    };
    let mut codes: Vec<_> = learning.codes.iter().collect();
    codes.sort_by_key(|(code, learned)| (Reverse(learned.points.unsigned_abs()), *code));
    let shown = codes.into_iter().map(|(code, learned)| PointsView {
        code: if is_service(code) { code.clone() } else { dotted(code) },
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A version as it is kept, with points for these codes.
    fn learning(codes: &[&str]) -> Learning {
        let points = |code: &&str| format!(r#""{code}":{{"taken":9,"dropped":0,"added":0,"points":90}}"#);
        let codes = codes.iter().map(points).collect::<Vec<_>>().join(",");
        let back_test = r#"{"learned_from":0,"tested_on":0,"pairs":0,"ordered_installed":0,"ordered_learned":0,
                           "error_installed":0,"error_learned":0}"#;
        let kept = format!(r#"{{"rules_version":"1","visits":9,"codes":{{{codes}}},"back_test":{back_test}}}"#);
        serde_json::from_str(&kept).unwrap()
    }

    #[test]
    fn a_service_takes_no_dot_though_it_looks_like_a_diagnosis() {
        let shown = points(&Library::shipped(), jiff::civil::date(2026, 3, 2), &learning(&["99213", "G0439", "Z7984"]));
        assert_eq!(shown.iter().map(|row| row.code.as_str()).collect::<Vec<_>>(), ["99213", "G0439", "Z79.84"]);
    }
}
