"""Reading CSV and Excel files row by row, whatever wrote them. No database.

    with sheets.open_sheet(stream) as sheet:
        sheet.headers                  # ["Account Name", "Website", ...]
        for line in sheet.lines():     # Line(number=2, cells=["Siemens AG", ...], problem="")

The memory used does not grow with the number of rows.
"""

from openprm.customers.files.columns import guess, required, usable
from openprm.customers.files.sheets import Line, Sheet, Unreadable, open_sheet

__all__ = ["Line", "Sheet", "Unreadable", "guess", "open_sheet", "required", "usable"]
