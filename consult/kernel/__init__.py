"""Rules-side kernel: what every slice stands on, without any request, form or workbook."""
