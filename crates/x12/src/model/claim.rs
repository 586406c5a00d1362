//! Claims, 837: professional, institutional and dental in one type.

use super::build::{loops, plain_segments, segments};
use super::parts::{
    Adjustments, Amount, Attachment, Beginning, Codes, Conditions, Currency, InpatientRemarks, Institutional,
    Manipulation, Number, OutpatientRemarks, Period, Person, Provider, Quantity, Reference, Remark, Transport,
};
use super::tree::{Tree, documents};
use crate::claims::ClaimUnit;
use crate::walk::locate_segments;

segments! {
    /// What a subscriber is covered by.
    Coverage = "SBR" { order: 1, relationship: 2, group: 3, plan: 4, secondary_type: 5, filing: 9 }
    /// What a patient is.
    Patient = "PAT" { relationship: 1, death_format: 5, death_date: 6, unit: 7, weight: 8, is_pregnant: 9 }
    /// The claim as a whole.
    ClaimInformation = "CLM" {
        control: 1, charge: 2, place: 5-1, place_qualifier: 5-2, frequency: 5-3, signature: 6, assignment: 7,
        benefits_assigned: 8, release: 9, patient_signature: 10, cause_1: 11-1, cause_2: 11-2, cause_3: 11-3,
        accident_state: 11-4, accident_country: 11-5, program: 12, predetermination: 19, delay: 20,
    }
    /// A note.
    Note = "NTE" { kind: 1, text: 2 }
    /// A fixed text.
    FixedText = "K3" { text: 1 }
    /// A professional service.
    ProfessionalService = "SV1" {
        procedure_qualifier: 1-1, procedure: 1-2, modifier_1: 1-3, modifier_2: 1-4, modifier_3: 1-5, modifier_4: 1-6,
        description: 1-7, charge: 2, unit: 3, units: 4, place: 5, pointer_1: 7-1, pointer_2: 7-2, pointer_3: 7-3,
        pointer_4: 7-4, is_emergency: 9, is_screening: 11, is_family_planning: 12, copay: 15,
    }
    /// An institutional service.
    InstitutionalService = "SV2" {
        revenue: 1, procedure_qualifier: 2-1, procedure: 2-2, modifier_1: 2-3, modifier_2: 2-4, modifier_3: 2-5,
        modifier_4: 2-6, description: 2-7, charge: 3, unit: 4, units: 5, rate: 6, non_covered: 7,
    }
    /// A dental service.
    DentalService = "SV3" {
        procedure_qualifier: 1-1, procedure: 1-2, modifier_1: 1-3, modifier_2: 1-4, modifier_3: 1-5, modifier_4: 1-6,
        description: 1-7, charge: 2, place: 3, area_1: 4-1, area_2: 4-2, area_3: 4-3, area_4: 4-4, area_5: 4-5,
        prosthesis: 5, units: 6, pointer_1: 11-1, pointer_2: 11-2, pointer_3: 11-3, pointer_4: 11-4,
    }
    /// A tooth.
    Tooth = "TOO" { list: 1, tooth: 2, surface_1: 3-1, surface_2: 3-2, surface_3: 3-3, surface_4: 3-4, surface_5: 3-5 }
    /// What another payer decided about a line.
    LineDecision = "SVD" {
        payer: 1, paid: 2, procedure_qualifier: 3-1, procedure: 3-2, modifier_1: 3-3, modifier_2: 3-4, modifier_3: 3-5,
        modifier_4: 3-6, description: 3-7, revenue: 4, units: 5, bundled_line: 6,
    }
    /// How another payer's benefits are assigned and information released.
    OtherInsurance = "OI" { benefits_assigned: 3, patient_signature: 4, release: 6 }
    /// A drug.
    Drug = "LIN" { qualifier: 2, code: 3 }
    /// How much of a drug.
    DrugQuantity = "CTP" { price: 3, quantity: 4, unit: 5-1 }
    /// A contract.
    Contract = "CN1" { kind: 1, amount: 2, percent: 3, code: 4, discount: 5, version: 6 }
    /// A purchased service.
    Purchase = "PS1" { provider: 1, amount: 2 }
}

plain_segments! {
    /// A price set by a repricer.
    Repricing = "HCP";
    /// Durable medical equipment.
    Equipment = "SV5";
    /// How long equipment is needed.
    EquipmentNeed = "CR3";
    /// A test result.
    Measurement = "MEA";
    /// Orthodontic treatment.
    Orthodontics = "DN1";
    /// The status of a tooth.
    ToothStatus = "DN2";
    /// An answer on a form.
    FormAnswer = "FRM";
}

loops! {
    /// An 837.
    Claims = [""] {
        beginning: Option<Beginning>,
        /// Submitter and receiver, 1000A and 1000B.
        parties: Vec<Person>,
        billing_providers: Vec<BillingProvider>,
    }
    /// 2000A.
    BillingProvider = ["2000A"] level "20" {
        specialty: Option<Provider>,
        currency: Option<Currency>,
        parties: Vec<Person>,
        subscribers: Vec<Subscriber>,
    }
    /// 2000B.
    Subscriber = ["2000B"] level "22" {
        coverage: Option<Coverage>,
        patient: Option<Patient>,
        parties: Vec<Person>,
        claims: Vec<Claim>,
        patients: Vec<Dependent>,
    }
    /// 2000C.
    Dependent = ["2000C"] level "23" {
        patient: Option<Patient>,
        parties: Vec<Person>,
        claims: Vec<Claim>,
    }
    /// 2300.
    Claim = ["2300"] {
        claim: Option<ClaimInformation>,
        dates: Vec<Period>,
        institutional: Option<Institutional>,
        orthodontics: Option<Orthodontics>,
        teeth: Vec<ToothStatus>,
        attachments: Vec<Attachment>,
        contract: Option<Contract>,
        amounts: Vec<Amount>,
        references: Vec<Reference>,
        fixed_texts: Vec<FixedText>,
        notes: Vec<Note>,
        transport: Option<Transport>,
        manipulation: Option<Manipulation>,
        conditions: Vec<Conditions>,
        codes: Vec<Codes>,
        repricing: Option<Repricing>,
        parties: Vec<Person>,
        other_payers: Vec<OtherPayer>,
        lines: Vec<ServiceLine>,
    }
    /// 2320 with its 2330.
    OtherPayer = ["2320"] {
        coverage: Option<Coverage>,
        adjustments: Vec<Adjustments>,
        amounts: Vec<Amount>,
        insurance: Option<OtherInsurance>,
        inpatient: Option<InpatientRemarks>,
        outpatient: Option<OutpatientRemarks>,
        parties: Vec<Person>,
    }
    /// 2400.
    ServiceLine = ["2400"] {
        number: Option<Number>,
        professional: Option<ProfessionalService>,
        institutional: Option<InstitutionalService>,
        dental: Option<DentalService>,
        teeth: Vec<Tooth>,
        equipment: Option<Equipment>,
        attachments: Vec<Attachment>,
        transport: Option<Transport>,
        equipment_need: Option<EquipmentNeed>,
        conditions: Vec<Conditions>,
        dates: Vec<Period>,
        quantities: Vec<Quantity>,
        measurements: Vec<Measurement>,
        contract: Option<Contract>,
        references: Vec<Reference>,
        amounts: Vec<Amount>,
        fixed_texts: Vec<FixedText>,
        notes: Vec<Note>,
        purchase: Option<Purchase>,
        repricing: Option<Repricing>,
        drugs: Vec<DrugLine>,
        parties: Vec<Person>,
        decisions: Vec<LineAdjudication>,
        forms: Vec<Form>,
    }
    /// 2410.
    DrugLine = ["2410"] {
        drug: Option<Drug>,
        quantity: Option<DrugQuantity>,
        references: Vec<Reference>,
    }
    /// 2430.
    LineAdjudication = ["2430"] {
        decision: Option<LineDecision>,
        adjustments: Vec<Adjustments>,
        dates: Vec<Period>,
        amounts: Vec<Amount>,
    }
    /// 2440.
    Form = ["2440"] {
        form: Option<Remark>,
        answers: Vec<FormAnswer>,
    }
}

documents! {
    Claims = "837" "HC" ["005010X222", "005010X223", "005010X224"];
}

/// A claim with the levels above it.
#[derive(Clone, Copy, Debug)]
pub struct ClaimPath<'c, S> {
    /// 2000A.
    pub billing_provider: &'c BillingProvider<S>,
    /// 2000B.
    pub subscriber: &'c Subscriber<S>,
    /// 2000C, when the patient is not the subscriber.
    pub patient: Option<&'c Dependent<S>>,
    /// 2300.
    pub claim: &'c Claim<S>,
}

impl<S> Claims<S> {
    /// Every claim with the levels above it, in order.
    pub fn claims(&self) -> impl Iterator<Item = ClaimPath<'_, S>> {
        self.billing_providers.iter().flat_map(|billing_provider| {
            billing_provider.subscribers.iter().flat_map(move |subscriber| {
                let path = move |patient, claim| ClaimPath { billing_provider, subscriber, patient, claim };
                let own = subscriber.claims.iter().map(move |claim| path(None, claim));
                let dependents = subscriber.patients.iter();
                own.chain(dependents.flat_map(move |one| one.claims.iter().map(move |claim| path(Some(one), claim))))
            })
        })
    }
}

impl ClaimUnit<'_> {
    /// The claim as a view, below the levels that lead to it; `None` for a payment or a claim of an unknown guide.
    #[must_use]
    pub fn claims(&self) -> Option<Claims<&str>> {
        let tree = self.tree().filter(|_| self.set_id == "837")?;
        Some(Claims::of(&tree))
    }

    /// The context and the claim as a tree.
    pub(crate) fn tree(&self) -> Option<Tree<'_>> {
        let segments: Vec<_> = self.context.iter().chain(&self.segments).copied().collect();
        Some(Tree::of(&locate_segments(self.set_id, self.guide, &segments)?))
    }
}
