"""The worklist of a doctor: who comes today, what is new, what is open, what is overdue."""
