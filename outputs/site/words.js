"use strict";
// What the page says, in both languages.
const WORDS = {
  nl: {
    skip: "Naar de inhoud", kicker: "Cijfers over Wmo, Jeugdwet en Participatiewet",
    title: "Gemeentelijke Monitor Sociaal Domein", gemeente: "Gemeente",
    compare: "Vergelijken met", views: "Onderdelen", now: "Huidige situatie",
    time: "Ontwikkelingen", wijk: "Wijkprofiel",
    life: "Levensweg", country: "Land", provinces: "Provincies",
    gemeenten: "Gemeenten", groups: "Referentiegroepen", table: "Toon als tabel",
    download: "Download de cijfers (CSV)", hidden: "geheim of onbekend", and: "en",
    what: "Wat telt dit?", subject: "Onderwerp", none: "Geen cijfers in deze publicatie.",
    once: "Er is nog maar één halfjaar gepubliceerd; een ontwikkeling is er vanaf twee.",
    noMap: "Er zijn geen grenzen van wijken meegegeven; hieronder staan de cijfers.",
    middle: "Een referentiegroep is steeds het middelste van de gepubliceerde cijfers.",
    source: "Bron: CBS, Gemeentelijke Monitor Sociaal Domein.", byWijk: "naar wijk",
    rounded: "Aantallen zijn afgerond; verhoudingen zijn gemaakt van afgeronde aantallen.",
    shown: "Getoond", level: "Wijk", chart: "Figuur", to: "tot en met",
    lower: "ondergrens 95%-interval", upper: "bovengrens 95%-interval"
  },
  en: {
    skip: "Skip to content", kicker: "Figures on social support, youth care and participation",
    title: "Municipal Monitor of the Social Domain", gemeente: "Municipality",
    compare: "Compare with", views: "Sections", now: "Current situation",
    time: "Developments", wijk: "District profile",
    life: "Life course", country: "Country",
    provinces: "Provinces", gemeenten: "Municipalities", groups: "Reference groups",
    table: "Show as table", download: "Download the figures (CSV)",
    hidden: "confidential or unknown", and: "and", what: "What does this count?",
    subject: "Subject", none: "No figures in this publication.",
    once: "Only one half-year has been published; a development needs two.",
    noMap: "No district boundaries were supplied; the figures are below.",
    middle: "A reference group is always the middle one of the published figures.",
    source: "Source: CBS, Gemeentelijke Monitor Sociaal Domein.", byWijk: "by district",
    rounded: "Counts are rounded; rates are made of rounded counts.",
    shown: "Shown", level: "District", chart: "Figure", to: "to",
    lower: "lower end of the 95% interval", upper: "upper end of the 95% interval"
  }
};
