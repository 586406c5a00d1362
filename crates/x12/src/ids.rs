//! Segment identifiers and loops as numbers, so that a rule tells them apart by one comparison.

use crate::segment::{id_key, key};

pub(crate) const AMT: u32 = id_key(b"AMT");
pub(crate) const BDS: u32 = id_key(b"BDS");
pub(crate) const BHT: u32 = id_key(b"BHT");
pub(crate) const BIN: u32 = id_key(b"BIN");
pub(crate) const BPR: u32 = id_key(b"BPR");
pub(crate) const CAS: u32 = id_key(b"CAS");
pub(crate) const CL1: u32 = id_key(b"CL1");
pub(crate) const CLM: u32 = id_key(b"CLM");
pub(crate) const CLP: u32 = id_key(b"CLP");
pub(crate) const CR1: u32 = id_key(b"CR1");
pub(crate) const CTP: u32 = id_key(b"CTP");
pub(crate) const DMG: u32 = id_key(b"DMG");
pub(crate) const DTM: u32 = id_key(b"DTM");
pub(crate) const DTP: u32 = id_key(b"DTP");
pub(crate) const GE: u32 = id_key(b"GE");
pub(crate) const GS: u32 = id_key(b"GS");
pub(crate) const HI: u32 = id_key(b"HI");
pub(crate) const HL: u32 = id_key(b"HL");
pub(crate) const IEA: u32 = id_key(b"IEA");
pub(crate) const ISA: u32 = id_key(b"ISA");
pub(crate) const LIN: u32 = id_key(b"LIN");
pub(crate) const LQ: u32 = id_key(b"LQ");
pub(crate) const LX: u32 = id_key(b"LX");
pub(crate) const MIA: u32 = id_key(b"MIA");
pub(crate) const MOA: u32 = id_key(b"MOA");
pub(crate) const N1: u32 = id_key(b"N1");
pub(crate) const N3: u32 = id_key(b"N3");
pub(crate) const N4: u32 = id_key(b"N4");
pub(crate) const NM1: u32 = id_key(b"NM1");
pub(crate) const PLB: u32 = id_key(b"PLB");
pub(crate) const PRV: u32 = id_key(b"PRV");
pub(crate) const PWK: u32 = id_key(b"PWK");
pub(crate) const REF: u32 = id_key(b"REF");
pub(crate) const SBR: u32 = id_key(b"SBR");
pub(crate) const SE: u32 = id_key(b"SE");
pub(crate) const ST: u32 = id_key(b"ST");
pub(crate) const STC: u32 = id_key(b"STC");
pub(crate) const SV1: u32 = id_key(b"SV1");
pub(crate) const SV2: u32 = id_key(b"SV2");
pub(crate) const SV3: u32 = id_key(b"SV3");
pub(crate) const SVC: u32 = id_key(b"SVC");
pub(crate) const SVD: u32 = id_key(b"SVD");
pub(crate) const TA1: u32 = id_key(b"TA1");
pub(crate) const TRN: u32 = id_key(b"TRN");

/// Loops of the 837 by the keys of their ids.
pub(crate) mod loops {
    use super::key;

    pub const L2000B: u64 = key(b"2000B");
    pub const L2000C: u64 = key(b"2000C");
    pub const L2010AA: u64 = key(b"2010AA");
    pub const L2010BA: u64 = key(b"2010BA");
    pub const L2010CA: u64 = key(b"2010CA");
    pub const L2300: u64 = key(b"2300");
    pub const L2310A: u64 = key(b"2310A");
    pub const L2310B: u64 = key(b"2310B");
    pub const L2310C: u64 = key(b"2310C");
    pub const L2320: u64 = key(b"2320");
    pub const L2330B: u64 = key(b"2330B");
    pub const L2400: u64 = key(b"2400");
    pub const L2420C: u64 = key(b"2420C");
    pub const L2430: u64 = key(b"2430");
}
