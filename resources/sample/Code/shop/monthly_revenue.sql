-- Revenue of the web shop by month, with the change against the month before and the share of customers who came back.
-- Cancelled orders do not count; returned goods are taken off in the month of the return, not of the sale.

CREATE VIEW monthly_revenue AS
WITH sales AS (
    SELECT date_trunc('month', ordered_at) AS month,
           customer_id,
           sum(quantity * unit_price) AS amount
    FROM orders
    JOIN order_lines USING (order_id)
    WHERE status <> 'cancelled'
    GROUP BY 1, 2
),
refunds AS (
    SELECT date_trunc('month', returned_at) AS month, sum(amount) AS amount
    FROM returned_goods
    GROUP BY 1
),
first_purchase AS (
    SELECT customer_id, min(month) AS month FROM sales GROUP BY customer_id
)
SELECT s.month,
       sum(s.amount) - coalesce(max(r.amount), 0) AS revenue,
       sum(s.amount) - lag(sum(s.amount)) OVER (ORDER BY s.month) AS change,
       count(*) FILTER (WHERE f.month < s.month)::numeric / count(*) AS returning_share
FROM sales s
JOIN first_purchase f USING (customer_id)
LEFT JOIN refunds r ON r.month = s.month
GROUP BY s.month
ORDER BY s.month;
