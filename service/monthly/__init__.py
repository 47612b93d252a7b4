"""The monthly report for staff: numbers, never people."""

from service.monthly.gather import monthly
from service.monthly.pdf import pdf
from service.monthly.report import Month, MonthError, Report, Section
from service.monthly.xlsx import xlsx

__all__ = ["Month", "MonthError", "Report", "Section", "monthly", "pdf", "xlsx"]
