"""Every sort of page that gathers what projects have in common."""

from __future__ import annotations

from zongmu.publish.pages.amounts import amount_pages
from zongmu.publish.pages.bodies import body_pages
from zongmu.publish.pages.completeness import completeness_pages
from zongmu.publish.pages.deadlines import deadline_pages
from zongmu.publish.pages.districts import district_pages
from zongmu.publish.pages.questions import question_pages
from zongmu.publish.pages.resources import resource_pages
from zongmu.publish.pages.suppliers import supplier_pages
from zongmu.publish.pages.systems import system_pages
from zongmu.publish.pages.years import year_pages

SORTS = (
    amount_pages, body_pages, system_pages, district_pages, deadline_pages, question_pages, supplier_pages, year_pages, completeness_pages, resource_pages,
)  # fmt: skip

"""Amounts that moved, bodies, systems, districts, deadlines, questions, suppliers, years, returns, resources."""
