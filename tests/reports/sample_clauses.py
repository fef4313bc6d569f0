# ruff: noqa: E501
"""The answers of the sample report, in our own words, over real clause numbers and titles."""

# number, title, question, verdict, note, sample or reason
CLAUSES = (
    ("4.1", "Impartiality", (
        ("4.1.1", "Impartial activities and structure", "Where does the structure of the laboratory keep those who report results away from those who sell them?", "conforming", "Sales stand under another deputy director since 2025.", "Organisation chart OS-01, edition 6"),
        ("4.1.4", "Ongoing identification of impartiality risks", "How are new threats to impartiality noticed during the year, and who looks at them?", "observation", "The list is read once a year, before the management review only.", "Risk list RK-02, 14 lines"),
    )),
    ("6.2", "Personnel", (
        ("6.2.3", "Competence assured", "Show for three people how competence was judged before they worked alone.", "conforming", "", "5 of 22 files: two chemists, two samplers, one reviewer"),
        ("6.2.6", "Authorization of personnel", "Who may develop methods, report, review and release, and where is it written?", "nonconforming", "Three reports carry the release of a person without that authority.", "20 reports of September and October"),
    )),
    ("6.4", "Equipment", (
        ("6.4.6", "When calibration is required", "Which instruments affect the validity of results, and how was that decided?", "conforming", "Decision written for each of 64 instruments.", "Equipment list EQ-01; 9 instruments followed"),
        ("6.4.13", "Equipment records", "For the instruments seen today, show the record from arrival to the last check.", "nonconforming", "Two balances carry no record of the last intermediate check.", "9 of 64 instruments"),
    )),
    ("7.2", "Selection, verification and validation of methods", (
        ("7.2.1.5", "Verification before introduction", "How was it shown that the laboratory can perform a standard method before using it?", "conforming", "Plan, data and decision are kept together.", "4 of 38 methods"),
        ("7.2.2.1", "Which methods to validate and how far", "Which methods are the laboratory's own, and how far were they validated?", "not_applicable", "", "Only standard methods are in use."),
    )),
    ("7.5", "Technical records", (
        ("7.5.1", "Content of technical records", "Could another chemist repeat this work from the record alone?", "conforming", "", "Worksheets of 12 jobs followed from sample to report"),
        ("7.5.2", "Amendments to technical records", "When an entry is changed, are the first entry, the date and the person still seen?", "nonconforming", "Figures written over the first entry on 3 of 12 sheets.", "12 sheets of the water section"),
    )),
    ("7.7", "Ensuring the validity of results", (
        ("7.7.1", "Monitoring procedure", "Which controls run with each series, and who reads the trend?", "nonconforming", "Arsenic control chart empty for nine weeks.", "6 of 38 control charts"),
        ("7.7.1", "Monitoring procedure", "What is done when a control point lies outside its limits?", "conforming", "Two cases, both stopped and repeated.", "Control log, January to October 2026"),
        ("7.7.2", "Comparison with other laboratories", "Which comparisons are planned for the scope, and what followed from weak results?", "conforming", "11 rounds planned, 9 taken, none outside limits.", "Plan PT-2026"),
    )),
    ("7.8", "Reporting of results", (
        ("7.8.1.1", "Review and authorization before release", "Who released these reports, and what was looked at before?", "conforming", "Two signatures on 20 of 20 reports.", "20 reports"),
        ("7.8.4.1", "Additional certificate content", "Do calibration certificates carry what a user needs to rely on them?", "not_applicable", "", "The laboratory does not calibrate for others."),
        ("7.8.7.1", "Authorized persons and basis", "Who may give opinions, and on what basis?", "not_assessed", "", "The person authorised was absent; moved to the follow-up audit."),
    )),
    ("8.5", "Actions to address risks and opportunities (Option A)", (
        ("8.5.2", "Planning actions", "Which actions were planned for the risks listed, and did they help?", "conforming", "Қауіптер тізілімі жыл сайын қаралады; Әлия Өтеғұлова жауапты.", "Реестр рисков, 2026 год"),
    )),
)  # fmt: skip
