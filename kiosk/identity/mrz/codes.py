"""Codes of states and nationalities (Doc 9303-3, section 5: ISO 3166-1 and what the standard adds)."""

from __future__ import annotations

from kiosk.identity.mrz.characters import FILLER


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ISO = _codes(
    """
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM
    BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR
    CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB
    GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA
    JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA
    MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR
    NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS
    SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON
    TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
    """
)
_BOTH = _codes(
    """
    D GBD GBN GBO GBP GBS EUE RKS UTO
    UNO UNA UNK
    XBA XIM XCC XCE XCO XEC XPO XES XMP XOM XDC
    ANT NTZ
    """
)
"""Germany's single letter, British statuses, the European Union, Kosovo, the specimens' Utopia; the United Nations;
other bodies that issue; codes that the standard keeps for older documents"""
_PERSONS = frozenset({"XXA", "XXB", "XXC", "XXX"})
"""stateless, two kinds of refugee, unspecified"""
_FORMER = _codes("BUR CSK DDR ROM SCG SUN TMP YUG ZAR")
"""states that are gone or have another code; documents of theirs are long expired but people were born there"""
_IRREGULAR = frozenset({"SI", "INP"})
"""not of the standard but on real documents: old Slovenian cards, Interpol before it was XPO"""


def known_issuer(raw: str) -> bool:
    """Say whether a state or body of this code issues documents; fillers after it are left out."""
    code = raw.rstrip(FILLER)
    return code in _ISO or code in _BOTH or code in _FORMER or code in _IRREGULAR


def known_nationality(raw: str) -> bool:
    """Say whether a person can have this nationality, or one of the codes for those who have none."""
    return known_issuer(raw) or raw.rstrip(FILLER) in _PERSONS
