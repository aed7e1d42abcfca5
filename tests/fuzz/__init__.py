"""Files altered by chance, many thousands of them: none but the file itself may be said to be in order."""
