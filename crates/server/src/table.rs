//! The one table of routes.

use store::Role;

use crate::room::{account, auth, claim, encounter, encounter_new, home, payment, work};
use crate::route::Policy::{Public, Roles, SignedIn};
use crate::route::{Route, get, post};
use crate::worklist::{ACCOUNTS, CHART, CLAIMS, MONEY};

/// Everything this server answers.
pub const ROUTES: &[Route] = &[
    get("/healthz", Public(auth::health)),
    get("/assets/{file}", Public(auth::asset)),
    get("/sign-in", Public(auth::sign_in_page)),
    post("/sign-in", Public(auth::sign_in)),
    post("/sign-in/persona", Public(auth::enter_as)),
    post("/sign-out", SignedIn(auth::sign_out)),
    post("/clients/switch", SignedIn(auth::switch_client)),
    get("/", SignedIn(home::show)),
    get("/work/{list}", SignedIn(work::worklist)),
    get("/encounters", Roles(CHART, work::encounters)),
    get("/encounters/new", Roles(encounter_new::WRITERS, encounter_new::new_page)),
    post("/encounters", Roles(encounter_new::WRITERS, encounter_new::create)),
    get("/encounters/{number}", Roles(CHART, encounter::show)),
    get("/encounters/{number}/draft", Roles(encounter_new::WRITERS, encounter_new::draft_page)),
    post("/encounters/{number}/draft", Roles(encounter_new::WRITERS, encounter_new::save_draft)),
    post("/encounters/{number}/sign", Roles(&[Role::Provider], encounter_new::sign)),
    get("/encounters/{number}/addendum", Roles(&[Role::Provider], encounter_new::addendum_page)),
    post("/encounters/{number}/addenda", Roles(&[Role::Provider], encounter_new::addend)),
    post("/encounters/{number}/decisions", Roles(encounter::CODERS, encounter::decide)),
    post("/encounters/{number}/queries", Roles(encounter::CODERS, encounter::query)),
    post("/encounters/{number}/finish", Roles(encounter::CODERS, encounter::finish)),
    post("/encounters/{number}/claim", Roles(claim::BILLERS, encounter::build)),
    post("/encounters/{number}/do-not-bill", Roles(encounter::CODERS, encounter::do_not_bill)),
    post("/queries/{id}/answer", Roles(&[Role::Provider], encounter::answer)),
    get("/patients", Roles(ACCOUNTS, work::patients)),
    get("/patients/{id}", Roles(ACCOUNTS, account::show)),
    post("/patients/{id}/payments", Roles(payment::TAKERS, payment::receive)),
    post("/patients/{id}/refunds", Roles(payment::REFUNDERS, payment::refund)),
    post("/patients/{id}/statements", Roles(payment::TAKERS, payment::print_statement)),
    post("/work/statements/print", Roles(payment::TAKERS, payment::print_due)),
    get("/documents/{id}", Roles(CLAIMS, account::document)),
    get("/claims", Roles(CLAIMS, work::claims)),
    get("/remittances", Roles(MONEY, work::remittances)),
];
