-- This number is kept free.
SELECT 1;
