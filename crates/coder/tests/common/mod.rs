//! A note and a visit for tests.
#![allow(dead_code, reason = "each test uses what it needs")]

use claim::{
    Band, Coding, EncounterId, Note, NoteId, NoteKind, PayerKind, PlaceOfService, ProviderId, Setting, Sex, Signature,
    SuggestedCode, UserId,
};
use coder::{Ranking, Visit};
use codes::Library;
use jiff::civil::date;
use uuid::Uuid;

pub fn note(text: &str, kind: NoteKind) -> Note {
    Note {
        id: NoteId(Uuid::nil()),
        encounter_id: EncounterId(Uuid::nil()),
        version: 1,
        kind,
        text: text.to_owned(),
        signature: Some(Signature {
            provider_id: ProviderId(Uuid::nil()),
            by: UserId(Uuid::nil()),
            at: jiff::Timestamp::UNIX_EPOCH,
        }),
        reason: String::new(),
    }
}

pub fn visit() -> Visit {
    Visit {
        served_on: date(2026, 3, 4),
        setting: Setting::Outpatient,
        is_established: true,
        patient_born_on: Some(date(1970, 5, 5)),
        patient_sex: Sex::Unknown,
        payer_kind: Some(PayerKind::Ppo),
        place_of_service: PlaceOfService::new("11").unwrap(),
        specialty: None,
    }
}

pub fn code_with(text: &str, kind: NoteKind, visit: &Visit) -> Coding {
    coder::suggest(&note(text, kind), visit, &Library::shipped(), &Ranking::default())
}

pub fn code(text: &str) -> Coding {
    code_with(text, NoteKind::Progress, &visit())
}

/// Services of a note whose payer is Medicare.
pub fn medicare(text: &str) -> Vec<String> {
    let mut visit = visit();
    visit.payer_kind = Some(PayerKind::MedicareB);
    services(&code_with(text, NoteKind::Progress, &visit))
}

/// Diagnoses that would be coded, in order.
pub fn diagnoses(coding: &Coding) -> Vec<String> {
    coding
        .suggestions
        .iter()
        .filter(|s| s.band > Band::Offer)
        .filter_map(
            |s| if let SuggestedCode::Diagnosis { code } = &s.code { Some(code.as_str().to_owned()) } else { None },
        )
        .collect()
}

/// Services that would be coded: `code-modifiers xunits`.
pub fn services(coding: &Coding) -> Vec<String> {
    coding
        .suggestions
        .iter()
        .filter(|s| s.band > Band::Offer)
        .filter_map(|s| {
            let SuggestedCode::Procedure { code, modifiers, units, .. } = &s.code else { return None };
            let mut text = code.as_str().to_owned();
            for modifier in modifiers {
                text.push('-');
                text.push_str(modifier.as_str());
            }
            if *units != claim::Units::ONE {
                text.push_str(&format!(" x{units}"));
            }
            Some(text)
        })
        .collect()
}

/// Where the shared test material is, when it is.
pub fn shared() -> Option<std::path::PathBuf> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = std::env::var_os("SUPERBILL_SHARED").map_or_else(|| root.join("../shared"), Into::into);
    if path.join("notes").is_dir() {
        return Some(path);
    }
    eprintln!("SKIPPED: shared material not found (set SUPERBILL_SHARED)");
    None
}
