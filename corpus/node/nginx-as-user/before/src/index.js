import React from "react";
import { createRoot } from "react-dom/client";

const sheets = ["Viola odorata", "Carex nigra", "Salix repens"];

createRoot(document.getElementById("root")).render(
  <ul>
    {sheets.map((sheet) => (
      <li key={sheet}>{sheet}</li>
    ))}
  </ul>
);
