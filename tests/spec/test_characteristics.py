"""Chapter of the specification: what the codes of a dimension say."""

title = "Characteristics"
text = """
A code says something of each provision (type, reason, course), of all provisions of a
unit together (number, financing, combination), or of the person (age, household). Who
has no known code counts in the total only.
"""


def test_a_detail_counts_in_its_main_group(spec):
    """Sheltered housing is residence and shelter; with a budget it is that too."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_detail",
        given="""
            person | type | detail | financing
            -------+------+--------+----------
            anna   | VO   | VO15   | 2
            bram   | VO   | VO15   | 1
            carla  | VO   | VO16   | 1
            dirk   | VO   | VO15   |
        """,
        expect="""
            region | wmo_type | clients
            -------+----------+--------
            GM0363 | VO       |       4
            GM0363 | VO15     |       3
            GM0363 | VO15P    |       1
            GM0363 | VO15Z    |       1
            GM0363 | VO15O    |       1
        """,
    )


def test_financing_is_over_all_provisions(spec):
    """Anna has a budget for one thing and care in kind for another."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_financiering",
        given="""
            person | financing
            -------+----------
            anna   | 1
            anna   | 2
            bram   | 1
            carla  |
        """,
        expect="""
            region | financing | clients
            -------+-----------+--------
            GM0363 | ZP        |       1
            GM0363 | Z         |       1
            GM0363 | P         |       0
            GM0363 | T         |       3
        """,
    )


def test_a_pair_is_of_exactly_two_provisions(spec):
    """Anna has two, in whatever order; Bram has three."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_combinatie",
        given="""
            person | type | detail
            -------+------+-------
            anna   | OT   | OT02
            anna   | HH   | HH01
            bram   | OT   | OT02
            bram   | HH   | HH01
            bram   | HD   | HD11
        """,
        expect="""
            region | pair | clients
            -------+------+--------
            GM0363 | HHOT |       1
            GM0363 | HDHH |       0
            GM0363 | T    |       2
        """,
    )


def test_stock_and_flow(spec):
    """What ends on the last day is outflow; opening stock and inflow together are
    closing stock and outflow."""
    spec(
        indicator="WMO_VOORZIENINGEN",
        shown="wmo_verloop",
        period="2023-H1",
        given="""
            person       | starts     | ends
            -------------+------------+-----------
            ran already  | 2022-12-31 |
            first day    | 2023-01-01 |
            last day     | 2022-12-31 | 2023-06-30
            in and out   | 2023-02-01 | 2023-03-01
            day after    | 2023-06-30 | 2023-07-01
        """,
        expect="""
            region | course | provisions
            -------+--------+-----------
            NL     | B      |          2
            NL     | I      |          3
            NL     | E      |          3
            NL     | U      |          2
            NL     | T      |          5
        """,
    )


def test_a_trajectory_that_begins_again(spec):
    """Anna came back within the half-year; Bram has two side by side."""
    spec(
        indicator="JEU_TRAJECTEN",
        shown="jeugd_verloop",
        region="residence",
        period="2023-H1",
        given="""
            person | domain | starts     | ends       | reason
            -------+--------+------------+------------+-------
            anna   | jeugd  | 2023-01-10 | 2023-02-01 | 01
            anna   | jeugd  | 2023-02-02 |            |
            bram   | jeugd  | 2023-01-10 | 2023-03-01 |
            bram   | jeugd  | 2023-02-02 |            |
        """,
        expect="""
            region | youth_course | provisions
            -------+--------------+-----------
            NL     | I            |          4
            NL     | IN           |          3
            NL     | IH           |          1
            NL     | UR01         |          1
            NL     | URONB        |          1
            NL     | E            |          2
        """,
    )


def test_a_trajectory_that_begins_with_a_crisis(spec):
    """What began before the half-year has no start in it; not known is a code."""
    spec(
        indicator="JEU_TRAJECTEN",
        shown="jeugd_verloop",
        region="residence",
        period="2023-H1",
        given="""
            person | domain | starts     | crisis
            -------+--------+------------+-------
            anna   | jeugd  | 2023-01-10 | yes
            bram   | jeugd  | 2023-01-10 | no
            carla  | jeugd  | 2023-01-10 |
            dirk   | jeugd  | 2022-12-31 | yes
        """,
        expect="""
            region | youth_course | provisions
            -------+--------------+-----------
            NL     | I            |          3
            NL     | ICJ          |          1
            NL     | ICN          |          1
            NL     | ICO          |          1
        """,
    )


def test_the_duration_of_what_runs_on_is_that_so_far(spec):
    """On 30 June 2023, whatever end is known by then."""
    spec(
        indicator="PAR_UITKERINGEN",
        shown="uitkering_verloop",
        region="residence",
        period="2023-H1",
        given="""
            person | domain | starts     | ends
            -------+--------+------------+-----------
            anna   | pwet   | 2022-07-01 |
            bram   | pwet   | 2022-06-30 |
            carla  | pwet   | 2022-07-01 | 2024-01-01
        """,
        expect="""
            region | benefit_course | provisions
            -------+----------------+-----------
            NL     | ED0-12         |          2
            NL     | ED12-24        |          1
            NL     | E              |          3
        """,
    )


def test_duration_is_in_full_months(spec):
    """From 15 January a full month is there on 15 February, and three on 15 April."""
    spec(
        indicator="JEU_TRAJECTEN",
        shown="jeugd_verloop",
        region="residence",
        period="2023-H1",
        given="""
            person | domain | starts     | ends
            -------+--------+------------+-----------
            anna   | jeugd  | 2023-01-15 | 2023-04-14
            bram   | jeugd  | 2023-01-15 | 2023-04-15
            carla  | jeugd  | 2019-01-15 | 2023-01-15
        """,
        expect="""
            region | youth_course | provisions
            -------+--------------+-----------
            NL     | UD0-3        |          1
            NL     | UD3-6        |          1
            NL     | UD36-48      |          0
            NL     | UD48+        |          1
        """,
    )


def test_who_ended_for_two_reasons_counts_under_both(spec):
    """And once in the total; a reason that is not known is a code of its own."""
    spec(
        indicator="WMO_BEEINDIGD",
        period="2023-H1",
        given="""
            person | starts     | ends       | reason
            -------+------------+------------+-------
            anna   | 2022-01-01 | 2023-02-01 | 05
            anna   | 2022-01-01 | 2023-03-01 | 08
            bram   | 2022-01-01 | 2023-03-01 |
        """,
        expect="""
            region | wmo_reason | clients
            -------+------------+--------
            NL     | 05         |       1
            NL     | 08         |       1
            NL     | ONB        |       1
            NL     | T          |       2
        """,
    )


def test_a_benefit_that_begins_again(spec):
    """Anna's work ended in March and she came back; Bram is new."""
    spec(
        indicator="PAR_UITKERINGEN",
        shown="uitkering_verloop",
        region="residence",
        given="""
            person | domain | type | starts     | ends       | reason
            -------+--------+------+------------+------------+-------
            anna   | pwet   | BU   | 2022-05-01 | 2023-02-28 | 11
            anna   | pwet   | BU   | 2023-05-01 |            |
            bram   | pwet   | BU   | 2023-05-01 |            |
        """,
        expect="""
            region | benefit_course | benefits
            -------+----------------+---------
            GM0363 | I              |        2
            GM0363 | IH             |        1
            GM0363 | IN             |        1
            GM0363 | UR11           |        1
        """,
    )


def test_persons_whose_benefit_ended_count_once_per_reason(spec):
    """Two partners left one benefit for work; one of them ended a second one too."""
    spec(
        indicator="PAR_UITSTROOM",
        shown="bijstand_uitstroom_reden",
        given="""
            person | domain | type | provision | ends       | reason
            -------+--------+------+-----------+------------+-------
            anna   | pwet   | BU   | together  | 2023-03-31 | 11
            bram   | pwet   | BU   | together  | 2023-03-31 | 11
            bram   | pwet   | BU   | own       | 2023-05-31 |
            carla  | pwet   | BU   | hers      |            |
        """,
        expect="""
            region | benefit_reason | persons
            -------+----------------+--------
            GM0363 | T              |       2
            GM0363 | 11             |       2
            GM0363 | ONB            |       1
            GM0363 | 04             |       0
        """,
    )


def test_an_age_lies_in_its_class(spec):
    """Until 18 ends on the eighteenth birthday; an unknown age is in the total."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_leeftijd",
        given="""
            person | age
            -------+----
            anna   | 17
            bram   | 18
            carla  | 103
            dirk   |
        """,
        expect="""
            region | age   | clients
            -------+-------+--------
            NL     | 0-18  |       1
            NL     | 18-45 |       1
            NL     | 85+   |       1
            NL     | T     |       4
        """,
    )


def test_before_and_from_the_pension_age(spec):
    """Figure 2.8 of the report; who is unknown is in the total only."""
    spec(
        indicator="PAR_PERSONEN",
        shown="bijstand_aow",
        given="""
            person | domain | type | pensioner
            -------+--------+------+----------
            anna   | pwet   | BU   | no
            bram   | pwet   | BU   | yes
            carla  | pwet   | BU   |
        """,
        expect="""
            region | pension | persons
            -------+---------+--------
            NL     | TOT     |       1
            NL     | VANAF   |       1
            NL     | T       |       3
        """,
    )


def test_a_child_at_home(spec):
    """With one parent, with a couple, or otherwise: a parent is no child at home."""
    spec(
        indicator="JEU_JONGEREN",
        shown="jeugd_huishouden",
        counts="persons",
        region="residence",
        given="""
            person | domain | in household | place
            -------+--------+--------------+------
            anna   | jeugd  | 6            | 1
            bram   | jeugd  | 4            | 1
            carla  | jeugd  | 6            | 7
            dirk   | jeugd  | 8            |
            emma   | jeugd  |              |
        """,
        expect="""
            region | child | persons
            -------+-------+--------
            NL     | EEN   |       1
            NL     | PAAR  |       1
            NL     | ANDER |       2
            NL     | T     |       5
        """,
    )


def test_an_income_lies_in_its_class(spec):
    """In whole thousands of euros of the household; an unknown one is a class too."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_inkomen",
        given="""
            person | type | income
            -------+------+-------
            anna   | HH   | 0
            bram   | HH   | 9
            carla  | OT   | 10
            dirk   | HH   | 250
            emma   | HH   |
        """,
        expect="""
            region | wmo_type | income | clients
            -------+----------+--------+--------
            NL     | T        | 0-10   |       2
            NL     | T        | 10-20  |       1
            NL     | HH       | 10-20  |       0
            NL     | T        | 100+   |       1
            NL     | T        | ONB    |       1
            NL     | T        | T      |       5
        """,
    )


def test_an_origin_counts_in_its_part_of_the_world(spec):
    """Whose origin is not known counts in the total only."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_herkomst",
        given="""
            person | origin
            -------+-------
            anna   | NL
            bram   | TUR
            carla  | OVB
            dirk   |
        """,
        expect="""
            region | origin | clients
            -------+--------+--------
            NL     | NL     |       1
            NL     | BUI    |       2
            NL     | EUR    |       0
            NL     | T      |       4
        """,
    )


def test_groups_of_the_index(spec):
    """Care by the Wlz or Zvw goes before all else."""
    spec(
        indicator="SDI_PERSONEN",
        given="""
            person | domain | care
            -------+--------+------
            anna   | wmo    | GEEN
            bram   | jeugd  | GEEN
            bram   | pwet   | GEEN
            carla  | wmo    | ZVW
            dirk   | wmo    | WLZ
            dirk   | pwet   | WLZ
        """,
        expect="""
            region | index | persons
            -------+-------+--------
            NL     | W     |       1
            NL     | P     |       0
            NL     | M     |       1
            NL     | V     |       2
            NL     | T     |       4
        """,
    )


def test_care_by_other_laws(spec):
    """Who had care by the Wlz and by the Zvw is in neither alone. Of Dirk it is not
    known: nothing was delivered."""
    spec(
        indicator="WMO_CLIENTEN",
        shown="wmo_samenloop",
        given="""
            person | type | care
            -------+------+------
            anna   | HH   | WLZ
            bram   | HD   | BEIDE
            carla  | HH   | GEEN
            dirk   | HH   |
        """,
        expect="""
            region | wmo_type | care  | clients
            -------+----------+-------+--------
            NL     | T        | WLZ   |       1
            NL     | T        | ZVW   |       0
            NL     | T        | BEIDE |       1
            NL     | HH       | GEEN  |       1
            NL     | HH       | T     |       3
        """,
    )
