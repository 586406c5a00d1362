//! Invented files of any size, with planted defects and the truth about them.

use std::io::{self, Write};

use serde::Serialize;

use crate::value::amount;

/// What is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Professional claims.
    Professional,
    /// Institutional claims.
    Institutional,
    /// Claim payments.
    Remittance,
}

/// How a file is made. The same plan makes the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What is made.
    pub kind: FileKind,
    /// Claims in all.
    pub claims: u32,
    /// Claims in a transaction set.
    pub per_transaction: u32,
    /// Of 1,000 claims, how many get a defect.
    pub defects_per_mille: u32,
    /// Start of the random numbers.
    pub seed: u64,
}

impl Plan {
    /// So many faultless claims, 1,000 in a transaction set.
    #[must_use]
    pub const fn new(kind: FileKind, claims: u32) -> Self {
        Self { kind, claims, per_transaction: 1_000, defects_per_mille: 0, seed: 1 }
    }
}

/// A planted defect: what a validator must say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planted {
    /// ST02.
    pub transaction: String,
    /// CLM01 or CLP01, empty for a defect of the payment.
    pub claim: String,
    /// The rule that finds it.
    pub rule: &'static str,
    /// Segment it is found at.
    pub segment: &'static str,
    /// Element, when one is concerned.
    pub element: Option<&'static str>,
}

/// The truth about a made file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// Claims or payments.
    pub claims: u32,
    /// Service lines.
    pub lines: u32,
    /// Transaction sets.
    pub transactions: u32,
    /// Bytes.
    pub bytes: u64,
    /// Every defect.
    pub defects: Vec<Planted>,
}

/// Makes a file.
///
/// # Errors
/// When `out` cannot be written.
pub fn generate(plan: &Plan, out: impl Write) -> io::Result<Truth> {
    let mut maker = Maker { out, dice: Dice(plan.seed | 1), truth: Truth::default(), segments: 0, st: String::new() };
    maker.file(plan)?;
    Ok(maker.truth)
}

/// Names nobody bears on purpose.
const LAST: [&str; 6] = ["DOE", "ROE", "MUSTER", "EXAMPLE", "SAMPLE", "NOBODY"];
const FIRST: [&str; 6] = ["JANE", "JOHN", "ALEX", "SAM", "KIM", "LEE"];
const DIAGNOSES: [&str; 5] = ["M5450", "M6281", "I10", "E119", "J069"];
/// Procedures with their charges in cents.
const SERVICES: [(&str, i64); 4] = [("99213", 12_500), ("99214", 18_000), ("97110", 6_000), ("85025", 2_550)];
const DAY: &str = "20261001";

struct Dice(u64);

impl Dice {
    /// Xorshift; good enough for variety, the same everywhere.
    const fn below(&mut self, range: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        if range == 0 { 0 } else { self.0 % range }
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let at = self.below(from.len() as u64);
        from.get(usize::try_from(at).unwrap_or_default()).copied()
    }
}

struct Maker<W> {
    out: W,
    dice: Dice,
    truth: Truth,
    segments: u32,
    st: String,
}

/// A line of a made claim.
struct Line {
    procedure: &'static str,
    cents: i64,
}

impl<W: Write> Maker<W> {
    fn file(&mut self, plan: &Plan) -> io::Result<()> {
        let (functional, version) = match plan.kind {
            FileKind::Professional => ("HC", "005010X222A1"),
            FileKind::Institutional => ("HC", "005010X223A2"),
            FileKind::Remittance => ("HP", "005010X221A1"),
        };
        self.put(
            "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261002*0915*^*00501*000000001*0*T*:",
        )?;
        self.put(&format!("GS*{functional}*CLINIC*PAYER*20261002*0915*1*X*{version}"))?;
        let mut number = 0;
        while number < plan.claims {
            let last = plan.claims.min(number.saturating_add(plan.per_transaction.max(1)));
            self.truth.transactions = self.truth.transactions.saturating_add(1);
            self.st = format!("{:04}", self.truth.transactions);
            self.segments = 0;
            match plan.kind {
                FileKind::Remittance => self.payments(plan, number..last)?,
                _ => self.claims(plan, number..last, version)?,
            }
            let count = self.segments.saturating_add(1);
            self.put(&format!("SE*{count}*{}", self.st))?;
            number = last;
        }
        self.put(&format!("GE*{}*1", self.truth.transactions))?;
        self.put("IEA*1*000000001")
    }

    fn put(&mut self, segment: &str) -> io::Result<()> {
        self.segments = self.segments.saturating_add(1);
        self.truth.bytes = self.truth.bytes.saturating_add(segment.len() as u64).saturating_add(2);
        self.out.write_all(segment.as_bytes())?;
        self.out.write_all(b"~\n")
    }

    fn plant(&mut self, claim: &str, rule: &'static str, segment: &'static str, element: Option<&'static str>) {
        let (transaction, claim) = (self.st.clone(), claim.to_owned());
        self.truth.defects.push(Planted { transaction, claim, rule, segment, element });
    }

    fn defect(&mut self, plan: &Plan, kinds: u64) -> Option<u64> {
        let is_hit = self.dice.below(1_000) < u64::from(plan.defects_per_mille);
        is_hit.then(|| self.dice.below(kinds))
    }

    fn lines(&mut self) -> Vec<Line> {
        let count = self.dice.below(4).saturating_add(1);
        let lines =
            (0..count).filter_map(|_| self.dice.pick(&SERVICES).map(|(procedure, cents)| Line { procedure, cents }));
        let lines: Vec<Line> = lines.collect();
        self.truth.lines = self.truth.lines.saturating_add(u32::try_from(lines.len()).unwrap_or(u32::MAX));
        self.truth.claims = self.truth.claims.saturating_add(1);
        lines
    }

    fn claims(&mut self, plan: &Plan, numbers: std::ops::Range<u32>, version: &str) -> io::Result<()> {
        self.put(&format!("ST*837*{}*{version}", self.st))?;
        self.put(&format!("BHT*0019*00*B{}*20261002*0915*CH", self.st))?;
        for segment in HEAD_837 {
            self.put(segment)?;
        }
        for (level, number) in (2_u32..).zip(numbers) {
            let claim = format!("C{number:08}");
            let (last, first) = (self.dice.pick(&LAST).unwrap_or("DOE"), self.dice.pick(&FIRST).unwrap_or("JANE"));
            self.put(&format!("HL*{level}*1*22*0"))?;
            self.put("SBR*P*18*GRP1******CI")?;
            self.put(&format!("NM1*IL*1*{last}*{first}****MI*M{number:08}"))?;
            for segment in ["N3*123 OAK AVENUE", "N4*SPRINGFIELD*IL*627010001", "DMG*D8*19800229*F"] {
                self.put(segment)?;
            }
            self.put("NM1*PR*2*DEMO PAYER*****PI*PAYER")?;
            if plan.kind == FileKind::Institutional {
                self.institutional(plan, &claim)?;
            } else {
                self.professional(plan, &claim)?;
            }
        }
        Ok(())
    }

    fn professional(&mut self, plan: &Plan, claim: &str) -> io::Result<()> {
        let lines = self.lines();
        let defect = self.defect(plan, 11);
        let total = lines.iter().map(|line| line.cents).fold(0, i64::saturating_add);
        let charge = if defect == Some(0) { total.saturating_add(100) } else { total };
        let signed = if defect == Some(1) { "Q" } else { "A" };
        let place = if defect == Some(6) { "21" } else { "11" };
        let frequency = if defect == Some(7) { "7" } else { "1" };
        self.put(&format!("CLM*{claim}*{}***{place}:B:{frequency}*Y*{signed}*Y*Y", amount(charge)))?;
        let dx = self.dice.pick(&DIAGNOSES).unwrap_or("I10");
        if defect != Some(2) {
            self.put(&format!("HI*ABK:{dx}"))?;
        }
        let npi = if defect == Some(3) { "1245319590" } else { "1245319599" };
        self.put(&format!("NM1*82*1*ROE*RAY****XX*{npi}"))?;
        for (number, line) in (1_u32..).zip(&lines) {
            let is_first = number == 1;
            let pointer = if defect == Some(4) && is_first { "9" } else { "1" };
            let day = if defect == Some(5) && is_first { "20260231" } else { DAY };
            let counted = if defect == Some(8) && is_first { number.saturating_add(1) } else { number };
            self.put(&format!("LX*{counted}"))?;
            self.put(&format!("SV1*HC:{}*{}*UN*1***{pointer}", line.procedure, amount(line.cents)))?;
            if defect != Some(10) || !is_first {
                self.put(&format!("DTP*472*D8*{day}"))?;
            }
            if defect == Some(9) && is_first {
                self.put("ZZZ*1")?;
            }
            self.put(&format!("REF*6R*{claim}L{number}"))?;
        }
        match defect {
            Some(0) => self.plant(claim, "C7", "CLM", Some("2")),
            Some(1) => self.plant(claim, "E14", "CLM", Some("7")),
            Some(2) => self.plant(claim, "E12", "HI", None),
            Some(3) => self.plant(claim, "C5", "NM1", Some("9")),
            Some(4) => self.plant(claim, "C20", "SV1", Some("7")),
            Some(5) => self.plant(claim, "E13", "DTP", Some("3")),
            Some(6) => self.plant(claim, "C14", "CLM", None),
            Some(7) => self.plant(claim, "C11", "CLM", Some("5-3")),
            Some(8) => self.plant(claim, "C35", "LX", Some("1")),
            Some(9) => self.plant(claim, "E11", "ZZZ", None),
            Some(_) => self.plant(claim, "E12", "DTP", None),
            None => {}
        }
        Ok(())
    }

    fn institutional(&mut self, plan: &Plan, claim: &str) -> io::Result<()> {
        let lines = self.lines();
        let defect = self.defect(plan, 8);
        let total = lines.iter().map(|line| line.cents).fold(0, i64::saturating_add);
        let charge = if defect == Some(0) { total.saturating_add(100) } else { total };
        self.put(&format!("CLM*{claim}*{}***13:A:1**A*Y*Y", amount(charge)))?;
        if defect != Some(1) {
            let last = if defect == Some(5) { "20261032" } else { DAY };
            self.put(&format!("DTP*434*RD8*{DAY}-{last}"))?;
        }
        if defect != Some(2) {
            self.put("CL1*3*7*01")?;
        }
        let dx = self.dice.pick(&DIAGNOSES).unwrap_or("I10");
        self.put(&format!("HI*ABK:{dx}"))?;
        if defect != Some(3) {
            let npi = if defect == Some(6) { "1234567890" } else { "1234567893" };
            self.put(&format!("NM1*71*1*ROE*RAY****XX*{npi}"))?;
        }
        for (number, line) in (1_u32..).zip(&lines) {
            let unit = if defect == Some(4) && number == 1 { "XX" } else { "UN" };
            let units = if defect == Some(7) && number == 1 { 0 } else { 1 };
            self.put(&format!("LX*{number}"))?;
            self.put(&format!("SV2*0510*HC:{}*{}*{unit}*{units}", line.procedure, amount(line.cents)))?;
            self.put(&format!("DTP*472*D8*{DAY}"))?;
        }
        match defect {
            Some(0) => self.plant(claim, "C7", "CLM", Some("2")),
            Some(1) => self.plant(claim, "E12", "DTP", None),
            Some(2) => self.plant(claim, "E12", "CL1", None),
            Some(3) => self.plant(claim, "C27", "CLM", None),
            Some(4) => self.plant(claim, "E14", "SV2", Some("4")),
            Some(5) => self.plant(claim, "E13", "DTP", Some("3")),
            Some(6) => self.plant(claim, "C5", "NM1", Some("9")),
            Some(_) => self.plant(claim, "C21", "SV2", Some("5")),
            None => {}
        }
        Ok(())
    }

    fn payments(&mut self, plan: &Plan, numbers: std::ops::Range<u32>) -> io::Result<()> {
        let mut body = Vec::new();
        let mut paid = 0_i64;
        for number in numbers {
            paid = paid.saturating_add(self.payment(plan, &format!("C{number:08}"), &mut body));
        }
        if self.defect(plan, 1).is_some() {
            self.plant("", "R1", "BPR", Some("2"));
            paid = paid.saturating_add(1);
        }
        self.put(&format!("ST*835*{}", self.st))?;
        self.put(&format!(
            "BPR*I*{}*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*20261015",
            amount(paid)
        ))?;
        self.put(&format!("TRN*1*T{}*1512345678", self.st))?;
        for segment in HEAD_835 {
            self.put(segment)?;
        }
        body.iter().try_for_each(|segment: &String| self.put(segment))
    }

    /// One claim payment; gives its CLP04.
    fn payment(&mut self, plan: &Plan, claim: &str, body: &mut Vec<String>) -> i64 {
        let lines = self.lines();
        let defect = self.defect(plan, 6);
        let sum = |part: fn(&Line) -> i64| lines.iter().map(part).fold(0, i64::saturating_add);
        let reduced = |line: &Line| line.cents / 4;
        let (charge, patient) = (sum(|line| line.cents), 1_000);
        let paid = charge.saturating_sub(sum(|line| line.cents / 4)).saturating_sub(patient);
        let clp04 = if defect == Some(0) { paid.saturating_add(100) } else { paid };
        body.push(format!("CLP*{claim}*1*{}*{}*{}*12*ICN{claim}*11*1", amount(charge), amount(clp04), amount(patient)));
        body.push("NM1*QC*1*DOE*JANE****MI*1EG4TE5MK73".to_owned());
        if defect == Some(4) {
            body.extend(["MIA*0".to_owned(), "MOA***N130".to_owned()]);
        }
        for (number, line) in (1_u32..).zip(&lines) {
            let is_first = number == 1;
            let owed = if is_first { patient } else { 0 };
            let line_paid = line.cents.saturating_sub(reduced(line)).saturating_sub(owed);
            let shown = if defect == Some(1) && is_first { line_paid.saturating_add(50) } else { line_paid };
            let group = if defect == Some(2) && is_first { "XX" } else { "CO" };
            body.push(format!("SVC*HC:{}*{}*{}**1", line.procedure, amount(line.cents), amount(shown)));
            let day = if defect == Some(3) && is_first { "20261301" } else { DAY };
            let reason = if defect == Some(5) && is_first { "16" } else { "45" };
            body.push(format!("DTM*472*{day}"));
            body.push(format!("CAS*{group}*{reason}*{}", amount(reduced(line))));
            if is_first {
                body.push(format!("CAS*PR*2*{}", amount(patient)));
            }
            body.push(format!("REF*6R*{claim}L{number}"));
        }
        match defect {
            Some(0) => self.plant(claim, "R3", "CLP", Some("4")),
            Some(1) => self.plant(claim, "R2", "SVC", Some("3")),
            Some(2) => self.plant(claim, "E14", "CAS", Some("1")),
            Some(3) => self.plant(claim, "E13", "DTM", Some("2")),
            Some(4) => self.plant(claim, "R17", "MOA", None),
            Some(_) => self.plant(claim, "R11", "CAS", Some("2")),
            None => {}
        }
        clp04
    }
}

const HEAD_837: [&str; 8] = [
    "NM1*41*2*SPRING CLINIC*****46*CLINIC",
    "PER*IC*BILLING DESK*TE*2175550100",
    "NM1*40*2*DEMO PAYER*****46*PAYER",
    "HL*1**20*1",
    "NM1*85*2*SPRING CLINIC*****XX*1234567893",
    "N3*1 MAIN ST",
    "N4*SPRINGFIELD*IL*627010001",
    "REF*EI*123456789",
];

const HEAD_835: [&str; 6] = [
    "N1*PR*DEMO MAC",
    "N3*1 MAIN ST",
    "N4*BALTIMORE*MD*212440001",
    "PER*BL*EDI HELP*TE*8005550100",
    "N1*PE*SPRING CLINIC*XX*1234567893",
    "LX*1",
];
