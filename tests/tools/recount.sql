-- Every figure of Trà Cú 2023, from records, revisions and reviews alone: docs/campaign-pack.md says what each means.
-- Statements end with a line of their own. What differs between databases is made before:
--   approved(record, form, place, author, level, arrived, waited, by_device, by_number),
--   answer(record, path, value), above(place, at, unit), period(first, last), week(monday)

-- the day that a record is counted by
CREATE TEMPORARY TABLE dated AS
SELECT approved.*, substr(answer.value, 1, 10) AS day
FROM approved JOIN answer ON answer.record = approved.record
WHERE (form IN ('TNGT-01', 'TNGT-02') AND path = 'occurred_at')
   OR (form IN ('TT-04', 'RQ-07') AND path = 'held_on') OR (form = 'CK-05' AND path = 'signed_on')
   OR (form = 'NCO-03' AND path = 'found_on') OR (form = 'QS-06' AND path = 'started_at')
   OR (form = 'BC-09' AND path = 'period_end')
;
-- what one record says of one thing
CREATE TEMPORARY TABLE item (
    code text, record text, place integer, day text, num bigint, den bigint, thing text
)
;
-- The police's sheets that the police confirmed and that count: their class by the scale of the day (TT 58/2009 in 2023),
-- or, given by another scale, the worse of theirs and of what the facts say at least.
CREATE TEMPORARY TABLE sheet AS
SELECT dated.*, deaths.value AS deaths, injured.value AS injured, alcohol.value AS alcohol, ref.value AS ref,
    CASE WHEN scale.value = 'tt58_2009' THEN 0 ELSE 1 END AS provisional,
    CASE class.value WHEN 'dbnt' THEN 1 WHEN 'rnt' THEN 2 WHEN 'nt' THEN 3 WHEN 'int' THEN 4 ELSE 5 END AS given,
    CASE WHEN scale.value = 'tt58_2009' THEN 9
         WHEN CAST(deaths.value AS integer) >= 3 OR CAST(coalesce(damage.value, '0') AS bigint) >= 1500000000
              OR grave.many >= 5 OR (grave.examined >= 2 AND grave.shares >= 201) THEN 1
         WHEN CAST(deaths.value AS integer) = 2 OR CAST(coalesce(damage.value, '0') AS bigint) >= 500000000
              OR grave.many >= 3 OR (grave.examined >= 2 AND grave.shares >= 101) THEN 2
         WHEN CAST(deaths.value AS integer) = 1 OR CAST(coalesce(damage.value, '0') AS bigint) >= 50000000
              OR grave.many >= 1 OR (grave.examined >= 2 AND grave.shares >= 41) THEN 3
         WHEN grave.light >= 1 OR (grave.examined >= 2 AND grave.shares >= 21)
              OR CAST(coalesce(damage.value, '0') AS bigint) >= 5000000 THEN 4
         ELSE 5 END AS facts
FROM dated
JOIN answer AS counts ON counts.record = dated.record AND counts.path = 'findings/counts_in_stats' AND counts.value = 'yes'
JOIN answer AS deaths ON deaths.record = dated.record AND deaths.path = 'deaths'
JOIN answer AS injured ON injured.record = dated.record AND injured.path = 'injured'
JOIN answer AS alcohol ON alcohol.record = dated.record AND alcohol.path = 'findings/alcohol_confirmed'
JOIN answer AS class ON class.record = dated.record AND class.path = 'findings/severity_final'
JOIN answer AS scale ON scale.record = dated.record AND scale.path = 'findings/scale_version'
LEFT JOIN answer AS ref ON ref.record = dated.record AND ref.path = 'case_ref'
LEFT JOIN answer AS damage ON damage.record = dated.record AND damage.path = 'consequences/property_vnd'
LEFT JOIN (
    SELECT record, count(*) AS examined, sum(CAST(value AS integer)) AS shares,
        sum(CASE WHEN CAST(value AS integer) >= 31 THEN 1 ELSE 0 END) AS many,
        sum(CASE WHEN CAST(value AS integer) >= 11 THEN 1 ELSE 0 END) AS light
    FROM answer WHERE path LIKE 'injuries/%/ttct' GROUP BY record
) AS grave ON grave.record = dated.record
WHERE form = 'TNGT-02' AND level IN ('confirmed', 'taken', 'locked', 'corrected') AND day BETWEEN :outcome AND :until
;
-- One case is one 'vụ': of sheets of one commune with one case number the last counts.
CREATE TEMPORARY TABLE accident AS
SELECT * FROM (
    SELECT sheet.*, CASE WHEN given < facts THEN given ELSE facts END AS worst,
        CASE WHEN ref IS NULL THEN 1 ELSE row_number() OVER (
            PARTITION BY unit, lower(ref) ORDER BY day DESC, by_device DESC, by_number DESC) END AS place_in_case
    FROM sheet JOIN (SELECT DISTINCT place AS of_place, unit FROM above) AS home ON home.of_place = sheet.place
    WHERE (CASE WHEN given < facts THEN given ELSE facts END) <= :least
) AS cases WHERE place_in_case = 1
;
INSERT INTO item SELECT 'A1', record, place, day, 1, NULL, NULL FROM accident
;
INSERT INTO item SELECT 'A2', record, place, day, CAST(deaths AS integer), NULL, NULL FROM accident
;
INSERT INTO item SELECT 'A3', record, place, day, CAST(injured AS integer), NULL, NULL FROM accident
;
INSERT INTO item SELECT 'A7', record, place, day, CAST(deaths AS integer), NULL, NULL FROM accident
;
INSERT INTO item SELECT 'A4c', record, place, day, CASE WHEN alcohol = 'unknown' THEN 1 ELSE 0 END, 1, NULL FROM accident
;
INSERT INTO item SELECT 'A6', record, place, day, 1, NULL, NULL FROM sheet WHERE CAST(deaths AS integer) >= 1
;
-- These look at sheets of which alcohol is known, or that are especially serious: of them the last of a case counts.
CREATE TEMPORARY TABLE narrower AS
SELECT * FROM (
    SELECT wide.*, CASE WHEN ref IS NULL THEN 1 ELSE row_number() OVER (
        PARTITION BY code, unit, lower(ref) ORDER BY day DESC, by_device DESC, by_number DESC) END AS place_in_case
    FROM (
        SELECT asked.code, sheet.*, unit, CASE WHEN given < facts THEN given ELSE facts END AS worst
        FROM sheet JOIN (SELECT DISTINCT place AS of_place, unit FROM above) AS home ON home.of_place = sheet.place
        JOIN (SELECT 'A4' AS code UNION SELECT 'A4b' UNION SELECT 'A5') AS asked ON 1 = 1
    ) AS wide
    WHERE worst <= :least AND ((code = 'A4' AND alcohol = 'yes') OR (code = 'A4b' AND alcohol IN ('yes', 'no'))
        OR (code = 'A5' AND worst = 1))
) AS cases WHERE place_in_case = 1
;
INSERT INTO item
SELECT code, record, place, day, CASE WHEN code = 'A4b' AND alcohol = 'no' THEN 0 ELSE 1 END,
    CASE WHEN code = 'A4b' THEN 1 END, NULL
FROM narrower
;
-- Reports that no confirmed sheet names.
CREATE TEMPORARY TABLE report AS
SELECT dated.*, deaths.value AS deaths, injured.value AS injured, damage.value AS damage FROM dated
JOIN answer AS deaths ON deaths.record = dated.record AND deaths.path = 'consequences/deaths_seen'
JOIN answer AS injured ON injured.record = dated.record AND injured.path = 'consequences/injured_seen'
LEFT JOIN answer AS damage ON damage.record = dated.record AND damage.path = 'consequences/property_est'
WHERE form = 'TNGT-01' AND day BETWEEN :outcome AND :until AND NOT EXISTS (
    SELECT 1 FROM approved AS other JOIN answer AS named ON named.record = other.record AND named.path = 'quick_reports'
    WHERE other.form = 'TNGT-02' AND other.level IN ('confirmed', 'taken', 'locked', 'corrected')
        AND ' ' || named.value || ' ' LIKE '% ' || dated.record || ' %')
;
INSERT INTO item SELECT 'R1', record, place, day, 1, NULL, NULL FROM report
;
INSERT INTO item SELECT 'R2', record, place, day, CAST(deaths AS integer), NULL, NULL FROM report
;
INSERT INTO item SELECT 'R3', record, place, day, CAST(injured AS integer), NULL, NULL FROM report
;
INSERT INTO item SELECT 'R5', record, place, day, 1, NULL, NULL FROM report
WHERE CAST(deaths AS integer) >= 3 OR damage = 'from_1500m'
;
-- The work, from the launch on.
INSERT INTO item
SELECT 'P1', dated.record, dated.place, day, 1, NULL, unit || ':' || lower(replace(replace(value, 'Ấ', 'ấ'), '  ', ' '))
FROM dated JOIN answer ON answer.record = dated.record AND path = 'hamlet'
JOIN (SELECT DISTINCT place, unit FROM above) AS home ON home.place = dated.place
WHERE form = 'TT-04' AND day BETWEEN :launch AND :until
;
INSERT INTO item
SELECT 'P2', dated.record, place, day, CAST(value AS integer), NULL, NULL
FROM dated JOIN answer ON answer.record = dated.record AND path = 'attendees_total'
WHERE form = 'TT-04' AND day BETWEEN :launch AND :until
;
-- Of lists of one pledge, group, organisation and hamlet in a commune the last counts.
INSERT INTO item
SELECT 'P3', record, place, day, signed, target, NULL FROM (
    SELECT dated.record, dated.place, day, CAST(signed.value AS integer) AS signed, CAST(target.value AS integer) AS target,
        row_number() OVER (
            PARTITION BY unit, pledge.value, who.value, lower(replace(coalesce(organisation.value, '-'), '  ', ' ')),
                lower(replace(replace(coalesce(hamlet.value, '-'), 'Ấ', 'ấ'), '  ', ' '))
            ORDER BY day DESC, by_device DESC, by_number DESC) AS place_in_group
    FROM dated JOIN (SELECT DISTINCT place AS of_place, unit FROM above) AS home ON home.of_place = dated.place
    JOIN answer AS signed ON signed.record = dated.record AND signed.path = 'signed_count'
    JOIN answer AS target ON target.record = dated.record AND target.path = 'target_count'
    JOIN answer AS pledge ON pledge.record = dated.record AND pledge.path = 'pledge_type'
    JOIN answer AS who ON who.record = dated.record AND who.path = 'group'
    LEFT JOIN answer AS organisation ON organisation.record = dated.record AND organisation.path = 'organisation'
    LEFT JOIN answer AS hamlet ON hamlet.record = dated.record AND hamlet.path = 'hamlet'
    WHERE form = 'CK-05' AND day BETWEEN :launch AND :until
) AS lists WHERE place_in_group = 1
;
INSERT INTO item
SELECT 'P4', dated.record, place, day, CAST(good.value AS integer), CAST(every.value AS integer), NULL FROM dated
JOIN answer AS good ON good.record = dated.record AND good.path = 'helmet_ok'
JOIN answer AS every ON every.record = dated.record AND every.path = 'riders_total'
WHERE form = 'QS-06' AND day BETWEEN :launch AND :until
;
-- Hazards that have fallen due, on the day that they did.
INSERT INTO item
SELECT 'P5', dated.record, place, due.value, CASE WHEN done.value <= due.value THEN 1 ELSE 0 END, 1, NULL FROM dated
JOIN answer AS due ON due.record = dated.record AND due.path = 'handling/due_date'
LEFT JOIN answer AS done ON done.record = dated.record AND done.path = 'handling/done_on'
WHERE form = 'NCO-03' AND due.value BETWEEN :launch AND :until AND due.value < :today
;
INSERT INTO item SELECT 'P6', record, place, day, 1, NULL, CAST(author AS text) FROM dated
WHERE form IN ('TNGT-01', 'TT-04', 'CK-05', 'NCO-03', 'QS-06') AND day BETWEEN :launch AND :until
;
INSERT INTO item
SELECT code, record, dated.place, day, 1, NULL, CAST(unit AS text)
FROM dated JOIN (SELECT DISTINCT place, unit FROM above) AS home ON home.place = dated.place
JOIN (SELECT 'P7' AS code UNION SELECT 'P9') AS asked ON 1 = 1
WHERE form IN ('TT-04', 'CK-05', 'NCO-03', 'QS-06', 'RQ-07') AND day BETWEEN :launch AND :until
;
-- Monthly reports that came within five days of the period's end.
INSERT INTO item
SELECT 'P8', min(record), dated.place, min(day), 1, CAST(NULL AS bigint), unit || ':' || period.first
FROM dated JOIN (SELECT DISTINCT place, unit FROM above) AS home ON home.place = dated.place
JOIN period ON day BETWEEN period.first AND period.last
WHERE form = 'BC-09' AND day BETWEEN :launch AND :until AND arrived <= period.due
GROUP BY dated.place, unit, period.first
;
INSERT INTO item SELECT 'P10', record, place, day, waited, 1, NULL FROM dated
WHERE form IN ('TNGT-01', 'TT-04', 'CK-05', 'NCO-03', 'QS-06', 'RQ-07', 'BC-09') AND day BETWEEN :launch AND :until
;
INSERT INTO item SELECT 'P11', dated.record, place, day, 1, NULL, NULL
FROM dated JOIN answer ON answer.record = dated.record AND path = 'language'
WHERE form = 'TT-04' AND value LIKE '%"km"%' AND day BETWEEN :launch AND :until
;
-- Hazards by the state in which they are; the late ones on the day that they were due.
INSERT INTO item SELECT CASE WHEN value = 'done' THEN 'H4' WHEN value = 'in_work' THEN 'H2' ELSE 'H1' END,
    dated.record, place, day, 1, NULL, NULL
FROM dated JOIN answer ON answer.record = dated.record AND path = 'handling/status'
WHERE form = 'NCO-03' AND value <> 'refused' AND day BETWEEN :launch AND :until
;
INSERT INTO item SELECT 'H3', dated.record, place, due.value, 1, NULL, NULL
FROM dated JOIN answer ON answer.record = dated.record AND answer.path = 'handling/status'
JOIN answer AS due ON due.record = dated.record AND due.path = 'handling/due_date'
WHERE form = 'NCO-03' AND answer.value NOT IN ('done', 'refused')
  AND due.value BETWEEN :launch AND :until AND due.value < :today
;
INSERT INTO item SELECT CASE value WHEN 'waterway' THEN 'P13' ELSE 'P12' END, dated.record, place, day, 1, NULL, NULL
FROM dated JOIN answer ON answer.record = dated.record AND path = 'kind'
WHERE form = 'RQ-07' AND day BETWEEN :launch AND :until
;
INSERT INTO item SELECT 'P14', dated.record, place, day, 1, NULL, NULL
FROM dated
WHERE form = 'TT-04' AND day BETWEEN :launch AND :until AND EXISTS (
    SELECT 1 FROM answer WHERE answer.record = dated.record AND (
        (path = 'language' AND value LIKE '%"km"%') OR (path = 'venue_type' AND value IN ('pagoda', 'school'))
    )
)
;
