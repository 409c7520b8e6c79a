"""How things look in words and markup: dates, marks, states, icons, form fields."""
