"""The commissioner's year: sixteen figures, every change in words, as pages, data and large print. Flow: history → report → pages, exports.

`report_files` makes the years of the site; `run_report` is the command `report YEAR`. Source: REPORT.md.
"""

from .files import FOLDER, report_files, report_key, report_years, years_page
from .run import run_report

__all__ = ["FOLDER", "report_files", "report_key", "report_years", "run_report", "years_page"]
