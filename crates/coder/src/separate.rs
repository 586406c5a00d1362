//! A visit beside a procedure: kept with 25 or 57 when it was more than the procedure, else not suggested.

use claim::Prompt;
use codes::{GlobalPeriod, Library};

use crate::{
    Visit,
    diagnose::Diagnoses,
    document::Document,
    rule::applied,
    service::{Service, ServiceKind, Services},
};

/// Words that say a visit stood for itself.
const SEPARATE: &[&str] = &[
    "separately identifiable",
    "separate from the procedure",
    "significant and separate",
    "significant, separately",
    "in addition to the procedure",
    "apart from the procedure",
];

/// Words that say nothing but the procedure was done.
const NOTHING_ELSE: &[&str] = &[
    "no new concern",
    "no new concerns",
    "no new complaint",
    "no new complaints",
    "no other concern",
    "no other concerns",
    "no other service",
    "no other problem",
    "nothing else addressed",
    "nothing else to discuss",
    "nothing else discussed",
    "nothing else examined",
    "nothing else today",
    "nothing new found",
    "no separate problem",
    "no separate evaluation",
    "no separate e/m",
    "procedure only",
    "injection only",
    "procedure visit only",
    "only complaint",
    "no new history",
    "no new hx",
    "not seen for anything else",
    "nursing only",
    "nurse visit only",
    "no provider visit",
    "no visit with provider",
    "no visit billed",
    "no provider seen",
    "provider not seen",
    "no eval today",
    "no other reason",
];

/// Care of fractures, with and without manipulation: 90 days follow.
const FRACTURE_CARE: &[&str] = &[
    "23500", "23505", "23600", "23605", "24650", "24655", "25600", "25605", "25622", "26600", "26605", "26720",
    "26725", "26750", "26755", "27786", "27788", "28470", "28475", "28490", "28495", "28510", "28515",
];

/// 25 on a visit beside a procedure only when the note supports a visit of its own; else the visit is not suggested.
pub(crate) fn visit_beside(
    visit: &Visit,
    library: &Library,
    document: &Document<'_>,
    diagnoses: &Diagnoses,
    found: &mut Services,
) {
    let decides = found.services.iter().any(|s| FRACTURE_CARE.contains(&s.code.as_str()));
    let is_minor = |service: &Service| {
        let row =
            claim::ProcedureCode::new(&service.code).ok().and_then(|code| library.procedure(&code, visit.served_on));
        let global = row.map(|p| p.global_days);
        match service.kind {
            ServiceKind::Procedure => !matches!(global, Some(GlobalPeriod::Days(90))),
            // Talks that are added to a visit need no mark on it.
            ServiceKind::Counselling => !service.code.starts_with("908"),
            ServiceKind::Administration => true,
            ServiceKind::Test => ["93000", "94010", "94060"].contains(&service.code.as_str()),
            _ => false,
        }
    };
    let procedures: Vec<Service> = found.services.iter().filter(|s| is_minor(s)).cloned().collect();
    let preventive = found.services.iter().any(|s| s.kind == ServiceKind::Preventive);
    let treats: Vec<&String> = procedures.iter().filter(|s| s.holds_evaluation()).flat_map(|s| &s.treats).collect();
    let has_procedure = procedures.iter().any(Service::holds_evaluation);
    let other_problem = diagnoses
        .reported()
        // Tetanus beside a wound is the vaccine.
        .find(|p| !p.is(&["Z", "V", "W", "X", "Y", "A35"]) && !treats.iter().any(|t| p.code.starts_with(t.as_str())));
    let said = document.find_phrase(SEPARATE).map(|(_, e)| e);
    let is_alone = said.is_none() && document.find_phrase(NOTHING_ELSE).is_some();
    let mut out: Vec<Service> = Vec::new();
    found.services.retain_mut(|service| {
        if service.kind != ServiceKind::Visit && service.kind != ServiceKind::Preventive {
            return true;
        }
        // The care of a fracture is a major procedure: the visit that decides for it stands.
        if service.kind == ServiceKind::Visit && decides {
            if !service.modifiers.iter().any(|m| m == "57") {
                service.modifiers.push("57".to_owned());
                service
                    .rules
                    .push(applied("MOD-GLOBAL", "The visit at which the care of the fracture was decided on."));
            }
            return true;
        }
        let is_beside = !procedures.is_empty() || preventive && service.kind == ServiceKind::Visit;
        if !is_beside {
            return true;
        }
        let is_held = has_procedure && other_problem.is_none() && said.is_none();
        if service.kind == ServiceKind::Visit && (is_held || is_alone) {
            out.push(service.clone());
            return false;
        }
        // A wellness visit and the talk or the vaccines that Medicare pays beside it are not bundled.
        let is_wellness = service.kind == ServiceKind::Preventive && service.code.starts_with('G');
        if is_wellness && !has_procedure {
            return true;
        }
        service.modifiers.push("25".to_owned());
        let why = other_problem.map(|p| p.evidence.first().cloned()).unwrap_or_else(|| said.clone());
        if service.kind == ServiceKind::Visit {
            service.evidence.extend(why);
        }
        service
            .rules
            .push(applied("MOD-25", "Work beyond the other service is written: another problem was assessed."));
        true
    });
    for service in out {
        found.rejected.push(claim::RejectedCandidate {
            code: service.code.clone(),
            title: service.label.clone(),
            reason: "The note tells of no work beyond the procedure and what belongs to it.".to_owned(),
            rule: "EM-SEPARATE".to_owned(),
            evidence: service.evidence.clone(),
        });
        found.prompts.push(Prompt {
            id: "separate-visit".to_owned(),
            text: "A visit beside the procedure is suggested only when the note shows work of its own.".to_owned(),
            question: "Did this visit include evaluation beyond the decision for and the work of the procedure? If so, please document it.".to_owned(),
            options: Vec::new(),
            evidence: service.evidence.into_iter().take(2).collect(),
            code: Some(service.code),
            is_blocking: false,
        });
    }
}
