//! Invented names and streets.

use claim::{PersonName, Sex};

use crate::dice::Dice;

const LAST: &[&str] = &[
    "Abernathy",
    "Bauer",
    "Beckett",
    "Castellano",
    "Chisholm",
    "Dahl",
    "Delacroix",
    "Eastman",
    "Espinosa",
    "Farrow",
    "Fontaine",
    "Gallagher",
    "Garza",
    "Hoang",
    "Holloway",
    "Ibarra",
    "Ingram",
    "Jankowski",
    "Jorgensen",
    "Kaminski",
    "Kettering",
    "Lindqvist",
    "Lozano",
    "MacRae",
    "Marchetti",
    "Nakamura",
    "Novotny",
    "Okafor",
    "Olmstead",
    "Paxton",
    "Pereira",
    "Quintero",
    "Rasmussen",
    "Redbird",
    "Salgado",
    "Schroeder",
    "Sorensen",
    "Tanaka",
    "Tillman",
    "Udall",
    "Vandermeer",
    "Vega",
    "Wainwright",
    "Whitcomb",
    "Yazzie",
    "Yoder",
    "Zamora",
    "Zielinski",
    "Ashby",
    "Brandt",
    "Corrigan",
    "Dupree",
    "Enright",
    "Fairbanks",
    "Greer",
    "Hastings",
    "Kowalczyk",
    "Larkin",
    "Mendoza",
    "Nystrom",
    "Osborne",
    "Prescott",
    "Ramsey",
    "Stanhope",
    "Thibodeaux",
    "Valdez",
];
const WOMEN: &[&str] = &[
    "Adele", "Beatriz", "Carol", "Dolores", "Elaine", "Frances", "Gloria", "Helen", "Irene", "Joyce", "Kathryn",
    "Lorraine", "Marisol", "Nadine", "Opal", "Patricia", "Ramona", "Sylvia", "Teresa", "Verna", "Wilma", "Yvonne",
];
const MEN: &[&str] = &[
    "Arthur", "Bernard", "Cecil", "Dennis", "Ernesto", "Floyd", "Gilbert", "Harold", "Ivan", "Jerome", "Kenneth",
    "Leonard", "Manuel", "Norman", "Orville", "Phillip", "Ralph", "Stanley", "Theodore", "Vincent", "Walter",
];
const GIRLS: &[&str] = &["Amelia", "Brielle", "Chloe", "Delilah", "Esme", "Hazel", "Isla", "June", "Lena", "Maya"];
const BOYS: &[&str] = &["Asher", "Caleb", "Diego", "Ezra", "Felix", "Henry", "Jonah", "Mateo", "Owen", "Silas"];
const STREETS: &[&str] = &[
    "Elm St",
    "Sycamore Ave",
    "Prairie Rd",
    "Mill Creek Ln",
    "Second St",
    "Orchard Dr",
    "County Road 9",
    "Walnut St",
    "Bluestem Ct",
    "Depot St",
    "Cottonwood Dr",
    "Chapel Hill Rd",
];

/// Gives out names, none twice.
pub(crate) struct Names {
    last: Vec<&'static str>,
    women: Vec<&'static str>,
    men: Vec<&'static str>,
    girls: Vec<&'static str>,
    boys: Vec<&'static str>,
    next: usize,
}

impl Names {
    /// The names of the world of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let shuffled = |list: &[&'static str], question: &str| {
            let mut list = list.to_vec();
            Dice::of(seed, question).shuffle(&mut list);
            list
        };
        Self {
            last: shuffled(LAST, "last names"),
            women: shuffled(WOMEN, "names of women"),
            men: shuffled(MEN, "names of men"),
            girls: shuffled(GIRLS, "names of girls"),
            boys: shuffled(BOYS, "names of boys"),
            next: 0,
        }
    }

    /// The next name.
    pub(crate) fn next(&mut self, sex: Sex, is_child: bool) -> PersonName {
        let last = nth(&self.last, self.next);
        self.next += 1;
        PersonName::new(self.first(sex, is_child), last)
    }

    /// A first name only, for a relative.
    pub(crate) fn first(&self, sex: Sex, is_child: bool) -> &'static str {
        let list = match (sex, is_child) {
            (Sex::Male, false) => &self.men,
            (Sex::Male, true) => &self.boys,
            (_, false) => &self.women,
            (_, true) => &self.girls,
        };
        nth(list, self.next)
    }
}

fn nth(list: &[&'static str], at: usize) -> &'static str {
    at.checked_rem(list.len()).and_then(|at| list.get(at)).copied().unwrap_or("Doe")
}

/// A street and number.
pub(crate) fn street(dice: &mut Dice) -> String {
    let number = dice.between(101, 1899);
    format!("{number} {}", dice.pick(STREETS).copied().unwrap_or("Elm St"))
}
