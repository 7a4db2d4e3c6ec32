document.querySelector("main").insertAdjacentHTML("beforeend", "<p>Dit staat er alleen met een script.</p>");
