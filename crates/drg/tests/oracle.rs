//! Our grouper beside another one, the package the facts are from, on invented stays.
//!
//! That package leaves some conditions of the definitions out; where it does, the answers differ for a reason that
//! `EXPLAINED` names. Any other difference fails.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use claim::Sex;
use drg::{Poa, Stay, StayDiagnosis, versions};
use serde_json::Value;

/// The package this was written against; the one the tables are from.
const PACKAGE: &str = "drgpy==0.2.1";
/// Of each version.
const STAYS: usize = 1000;

/// Our DRGs, theirs, and why they differ.
const EXPLAINED: &[(&str, &str, &str)] = &[
    ("999", "000", "the same: no DRG"),
    ("999", "981-989", "a diagnosis of the other sex has no category, so no operation is unrelated to it"),
    ("018", "", "immunotherapy has no condition there"),
    ("016", "017", "a CC is enough"),
    ("023", "", "implants for chemotherapy in the version of 2026 and neurostimulators need no craniotomy"),
    ("040-042", "", "stereotactic radiosurgery and electrodes without an operating room count"),
    ("124", "125", "thrombolysis counts"),
    ("140-145", "", "head, neck and ear operations have no condition there"),
    ("163-165", "", "procedures without an operating room count"),
    ("", "175", "acute cor pulmonale must be the principal diagnosis"),
    ("209-221", "", "conditions of the version of 2026 are missing or not whole there"),
    ("228-229", "", "without MCC needs no CC"),
    ("250-251", "321-322", "an artery opened without a device has its own DRG"),
    ("252-254", "", "procedures without an operating room count"),
    ("275-277", "", "the carotid sinus stimulator has no condition there"),
    ("319-320", "", "this DRG has no condition there"),
    ("326-358", "", "procedures without an operating room count"),
    ("405-425", "", "procedures without an operating room count, and duct with gallbladder is its own DRG"),
    ("447-448", "", "two single levels make a multiple one"),
    ("469", "", "a new ankle counts without other conditions"),
    ("485-489", "", "conditions of the version of 2026 are missing there"),
    ("537", "538", "a CC is enough"),
    ("565", "566", "a clot is hospital-acquired after a new joint only"),
    ("597", "598", "a clot is hospital-acquired after a new joint only"),
    ("628-630", "", "procedures without an operating room count"),
    ("673-700", "673-700", "which lists of DRG 673 belong together is read differently"),
    ("746-747", "", "procedures without an operating room count"),
    ("768-769", "", "operations of the puerperium have no condition there"),
    ("789", "790-795", "how the newborn left has no condition there"),
    ("794", "795", "what a normal newborn may have is a list"),
    ("796-798", "", "a birth without an operating room counts"),
    ("817-819", "", "operations before birth have no condition there"),
    ("829-830", "", "any other operation counts"),
    ("856-858", "", "any operation counts"),
    ("876", "", "operations of the mentally ill have no condition there"),
    ("907-909", "", "procedures without an operating room count"),
    ("939-941", "", "operations of those in other contact have no condition there"),
    ("945", "946", "a clot is hospital-acquired after a new joint only"),
    ("949", "950", "a CC is enough"),
    ("957-959", "", "procedures without an operating room count"),
    ("969-977", "", "HIV comes before the category of the principal diagnosis"),
    ("982", "983", "an infection is hospital-acquired after certain operations only"),
    ("", "969-970", "HIV needs a diagnosis of HIV"),
];

fn is_in(drg: &str, range: &str) -> bool {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    range.is_empty() || (first..=last).contains(&drg)
}

/// The wheel, downloaded once; a wheel is a zip file that Python reads as it is.
fn fetched() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let wheel = folder.join("drgpy-0.2.1-py3-none-any.whl");
    if !wheel.exists() {
        let mut python = Command::new("python3");
        python.args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            PACKAGE,
            "--dest",
        ]);
        python.arg(folder).output().ok()?;
    }
    wheel.exists().then_some(wheel)
}

#[test]
fn another_grouper_agrees_but_for_what_it_leaves_out() {
    let Some(wheel) = fetched() else {
        eprintln!("SKIPPED: {PACKAGE} cannot be fetched");
        return;
    };
    let (mut asked, mut differences) = (0, BTreeMap::<(String, String), (usize, String)>::new());
    for version in versions() {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle.py");
        let mut python = Command::new("python3");
        python.arg(script).args([version.name, &STAYS.to_string(), "7"]).env("PYTHONPATH", &wheel);
        let output = python.output().expect("python3, which fetched the wheel");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let definitions = drg::on(version.first).expect("shipped definitions are read").definitions;
        for line in String::from_utf8(output.stdout).expect("text").lines() {
            let case: Value = serde_json::from_str(line).expect("a case");
            let grouped = definitions.group(&stay(&case));
            let theirs = case["drg"].as_str().unwrap_or_default().to_owned();
            asked += 1;
            if grouped.drg != theirs {
                let (count, example) = differences.entry((grouped.drg, theirs)).or_default();
                *count += 1;
                *example = format!("{} {line}", version.name);
            }
        }
    }
    let different: usize = differences.values().map(|(count, _)| count).sum();
    let reason = |(ours, theirs): &(String, String)| {
        EXPLAINED.iter().find(|(o, t, _)| is_in(ours, o) && is_in(theirs, t)).map(|(_, _, why)| *why)
    };
    let mut reasons = BTreeMap::<&str, usize>::new();
    let mut unexplained = Vec::new();
    for (pair, (count, example)) in &differences {
        match reason(pair) {
            Some(why) => *reasons.entry(why).or_default() += count,
            None => unexplained.push(format!("{} instead of {}: {count} like {example}", pair.0, pair.1)),
        }
    }
    eprintln!("{asked} stays, the same DRG for {}", asked - different);
    reasons.iter().for_each(|(why, count)| eprintln!("{count:>6} {why}"));
    assert!(unexplained.is_empty(), "differences without a reason:\n{}", unexplained.join("\n"));
}

fn stay(case: &Value) -> Stay {
    let texts = |name: &str| -> Vec<String> {
        let list = case[name].as_array().into_iter().flatten();
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let poa = texts("poa").into_iter().map(|poa| Poa::of(&poa).expect("an indicator"));
    Stay {
        diagnoses: texts("diagnoses").into_iter().zip(poa).map(|(code, poa)| StayDiagnosis { code, poa }).collect(),
        procedures: texts("procedures"),
        sex: if case["sex"] == "F" { Sex::Female } else { Sex::Male },
        discharge_status: case["status"].as_str().unwrap_or_default().to_owned(),
    }
}
