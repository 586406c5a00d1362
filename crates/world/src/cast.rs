//! The billing company, its two clients, their clinicians, and the people who sign in.

use claim::{Address, BillingProvider, ClientId, Modifier, Money, Npi, PersonName, ProcedureCode, Provider, Sex};
use claim::{ProviderId, Taxonomy, UserId};
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::{
    dice::Dice,
    names::Names,
    table::{WorldError, rows},
};

/// The company that runs the installation and submits the claims (1000A).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingCompany {
    /// Name (1000A NM103).
    pub name: String,
    /// Submitter identifier (1000A NM109).
    pub submitter_id: String,
    /// Who answers the telephone (PER02).
    pub contact: String,
    /// Telephone, ten digits (PER04).
    pub phone: String,
}

/// A price of the practice for one unit of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// Service.
    pub procedure: ProcedureCode,
    /// Only with this modifier; absent is the price of the plain service.
    pub modifier: Option<Modifier>,
    /// Price of one unit.
    pub charge: Money,
    /// First day of service it holds for.
    pub effective_from: Date,
}

/// A practice served by the billing company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Our record.
    pub id: ClientId,
    /// Two letters before its claim numbers: `CH`, `RB`.
    pub code: String,
    /// Who bills.
    pub billing: BillingProvider,
    /// Certificate of its laboratory, when it has one (CLIA).
    pub clia: Option<String>,
    /// Its clinicians. The assistant (credential `PTA`) never bills.
    pub providers: Vec<Provider>,
    /// Clinicians elsewhere who refer to it.
    pub referring: Vec<Provider>,
    /// What it charges.
    pub charges: Vec<Charge>,
}

/// What somebody does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Codes notes.
    Coder,
    /// Sends claims and works rejections and denials.
    Biller,
    /// Posts payments.
    Poster,
    /// Answers for the client, or for all of them.
    Manager,
    /// Registers patients and takes copays.
    FrontDesk,
    /// Writes and signs notes, answers queries.
    Provider,
}

impl Role {
    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Coder => "coder",
            Self::Biller => "biller",
            Self::Poster => "poster",
            Self::Manager => "manager",
            Self::FrontDesk => "front_desk",
            Self::Provider => "provider",
        }
    }
}

/// Somebody who signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persona {
    /// Our record.
    pub id: UserId,
    /// Sign-in name: `cedar.coder`.
    pub login: String,
    /// Name.
    pub name: PersonName,
    /// What they do.
    pub role: Role,
    /// Where; the company's manager is at both clients.
    pub clients: Vec<ClientId>,
    /// The clinician they are, for the role provider.
    pub provider: Option<ProviderId>,
}

/// Short names of the clinicians in `visits.txt` and `patients.txt`: key, sex, credential, taxonomy.
type Part = (&'static str, Sex, &'static str, &'static str);

const FAMILY: &[Part] = &[
    ("fm1", Sex::Male, "MD", "207Q00000X"),
    ("fm2", Sex::Female, "MD", "207Q00000X"),
    ("np1", Sex::Female, "NP", "363LF0000X"),
];
const THERAPY: &[Part] = &[
    ("pt1", Sex::Female, "PT", "225100000X"),
    ("pt2", Sex::Male, "PT", "225100000X"),
    ("pta1", Sex::Male, "PTA", "225200000X"),
];
const REFERRING: &[Part] = &[("ortho", Sex::Male, "MD", "207X00000X"), ("neuro", Sex::Female, "MD", "2084N0400X")];

/// Everybody who works, with the short names the tables use.
pub(crate) struct Cast {
    pub(crate) clients: Vec<Client>,
    pub(crate) users: Vec<Persona>,
    pub(crate) clinicians: Vec<(&'static str, Provider)>,
}

impl Cast {
    /// The cast of a seed.
    pub(crate) fn of(seed: u64, names: &mut Names) -> Result<Self, WorldError> {
        let mut hire = |parts: &[Part]| -> Result<Vec<(&'static str, Provider)>, WorldError> {
            parts.iter().map(|part| Ok((part.0, provider(seed, *part, names)?))).collect()
        };
        let (family, therapy, referring) = (hire(FAMILY)?, hire(THERAPY)?, hire(REFERRING)?);
        let people = |list: &[(&'static str, Provider)]| list.iter().map(|(_, p)| p.clone()).collect::<Vec<_>>();
        let clients = vec![
            Client {
                id: Dice::of(seed, "client CH").uuid().into(),
                code: "CH".into(),
                billing: cedar_hollow(seed)?,
                clia: Some("17D0990418".into()),
                providers: people(&family),
                referring: Vec::new(),
                charges: charges("family")?,
            },
            Client {
                id: Dice::of(seed, "client RB").uuid().into(),
                code: "RB".into(),
                billing: riverbend(seed)?,
                clia: None,
                providers: people(&therapy),
                referring: people(&referring),
                charges: charges("therapy")?,
            },
        ];
        let users = users(seed, &clients, names);
        Ok(Self { clients, users, clinicians: [family, therapy, referring].concat() })
    }

    /// The clinician of a short name.
    pub(crate) fn clinician(&self, key: &str) -> Option<&Provider> {
        self.clinicians.iter().find(|(k, _)| *k == key).map(|(_, provider)| provider)
    }
}

fn npi(seed: u64, whose: &str) -> Result<Npi, WorldError> {
    let nine = format!("1{}", Dice::of(seed, &format!("npi {whose}")).digits(8));
    Npi::complete(&nine).map_err(|e| WorldError::new(whose, e))
}

fn taxonomy(code: &str) -> Result<Taxonomy, WorldError> {
    Taxonomy::new(code).map_err(|e| WorldError::new("taxonomy", e))
}

fn provider(seed: u64, part: Part, names: &mut Names) -> Result<Provider, WorldError> {
    let (key, sex, credential, specialty) = part;
    Ok(Provider {
        id: Dice::of(seed, &format!("provider {key}")).uuid().into(),
        name: names.next(sex, false),
        credential: credential.into(),
        npi: npi(seed, key)?,
        taxonomy: taxonomy(specialty)?,
    })
}

fn cedar_hollow(seed: u64) -> Result<BillingProvider, WorldError> {
    Ok(BillingProvider {
        name: "Cedar Hollow Family Practice".into(),
        npi: npi(seed, "Cedar Hollow")?,
        tax_id: "990418001".into(),
        taxonomy: taxonomy("207Q00000X")?,
        address: Address {
            line1: "418 Cedar Hollow Rd".into(),
            line2: "Suite 2".into(),
            city: "Marlow Springs".into(),
            state: "KS".into(),
            zip: "669990418".into(),
        },
        pay_to: Some(Address {
            line1: "PO Box 77".into(),
            line2: String::new(),
            city: "Marlow Springs".into(),
            state: "KS".into(),
            zip: "669990077".into(),
        }),
        phone: "7855550118".into(),
    })
}

fn riverbend(seed: u64) -> Result<BillingProvider, WorldError> {
    Ok(BillingProvider {
        name: "Riverbend Physical Therapy".into(),
        npi: npi(seed, "Riverbend")?,
        tax_id: "990732002".into(),
        taxonomy: taxonomy("225100000X")?,
        address: Address {
            line1: "732 Riverbend Pkwy".into(),
            line2: String::new(),
            city: "Marlow Springs".into(),
            state: "KS".into(),
            zip: "669990732".into(),
        },
        pay_to: None,
        phone: "7855550173".into(),
    })
}

fn charges(clinic: &str) -> Result<Vec<Charge>, WorldError> {
    let list = include_str!("../data/charges.txt");
    rows("charges.txt", list)
        .filter(|row| row.field(0) == clinic || row.field(0) == "both")
        .map(|row| {
            Ok(Charge {
                procedure: row.value(1)?,
                modifier: None,
                charge: row.value(2)?,
                effective_from: date(2025, 1, 1),
            })
        })
        .collect()
}

fn users(seed: u64, clients: &[Client], names: &mut Names) -> Vec<Persona> {
    let mut users = Vec::new();
    let mut add = |login: String, role: Role, sex: Sex, clients: Vec<ClientId>, provider: Option<&Provider>| {
        let name = provider.map_or_else(|| names.next(sex, false), |p| p.name.clone());
        let id = Dice::of(seed, &format!("user {login}")).uuid().into();
        users.push(Persona { id, login, name, role, clients, provider: provider.map(|p| p.id) });
    };
    let everywhere = clients.iter().map(|c| c.id).collect();
    add("larkspur.manager".into(), Role::Manager, Sex::Female, everywhere, None);
    for (client, place) in clients.iter().zip(["cedar", "river"]) {
        let here = || vec![client.id];
        add(format!("{place}.coder"), Role::Coder, Sex::Female, here(), None);
        add(format!("{place}.biller"), Role::Biller, Sex::Male, here(), None);
        add(format!("{place}.poster"), Role::Poster, Sex::Female, here(), None);
        add(format!("{place}.manager"), Role::Manager, Sex::Male, here(), None);
        add(format!("{place}.desk"), Role::FrontDesk, Sex::Female, here(), None);
        for (provider, number) in client.providers.iter().filter(|p| p.credential != "PTA").zip(1..) {
            let login = if number == 1 { format!("{place}.provider") } else { format!("{place}.provider{number}") };
            add(login, Role::Provider, Sex::Unknown, here(), Some(provider));
        }
    }
    users
}
