"""The commissioner's year: sixteen figures, every change in words, as pages, data and large print. Flow: history → report → pages, exports.

`site_files` makes all years for the site; `report_files` makes one; `run_report` is the command `report YEAR`. Source: REPORT.md.
"""

from .files import report_files, report_key, report_years, site_files
from .run import run_report

__all__ = ["report_files", "report_key", "report_years", "run_report", "site_files"]
