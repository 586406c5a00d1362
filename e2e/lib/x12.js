// Payers' files from elsewhere, written here so that they owe nothing to the product.

const usd = (cents) => (cents / 100).toFixed(2);

/** An 835 that pays one claim; `paid` is what its lines sum to and `total` what it says it pays, in cents. */
export function remittance({ payee, trace, claim = "XQ-1", charge = 12_000, paid = 8_400, total = paid, patient = "QUILL*ORSON" }) {
  const transaction = [
    "ST*835*0001",
    `BPR*I*${usd(total)}*C*ACH*CCP*****1990777001******20260709`,
    `TRN*1*${trace}*1990777001`,
    "DTM*405*20260709",
    "N1*PR*ELSEWHERE MUTUAL",
    "N3*1 ELSEWHERE WAY",
    "N4*TOPEKA*KS*666030001",
    "PER*BL*PROVIDER SERVICES*TE*8005550199",
    `N1*PE*SOMEBODYS PRACTICE*XX*${payee}`,
    "LX*1",
    `CLP*${claim}*1*${usd(charge)}*${usd(paid)}**12*EM${trace}*11*1`,
    `NM1*QC*1*${patient}****MI*EM1`,
    `SVC*HC:99213*${usd(charge)}*${usd(paid)}**1`,
    "DTM*472*20260601",
    `CAS*CO*45*${usd(charge - paid)}`,
  ];
  const segments = [
    "ISA*00*          *00*          *ZZ*ELSEWHERE      *ZZ*SUPERBILL      *260709*1200*^*00501*000000001*0*T*:",
    "GS*HP*ELSEWHERE*SUPERBILL*20260709*1200*1*X*005010X221A1",
    ...transaction,
    `SE*${transaction.length + 1}*0001`,
    "GE*1*1",
    "IEA*1*000000001",
  ];
  return segments.map((segment) => `${segment}~\n`).join("");
}
